import assert from 'node:assert/strict';
import { adminRoutes } from '../../nodes/glue/admin-routes.ts';
import { oauthEndpoints } from '../../nodes/glue/oauth-endpoints.ts';
import type { RunningApps } from '../../nodes/glue/running-app.ts';
import type { Vault } from '../../nodes/lib/keys/vault.ts';
import { openTokenKeeper } from '../../nodes/lib/oauth/token-keeper.ts';
import type { AppSettings } from '../../nodes/lib/settings/app-settings.ts';
import { type Answered, adminStage, ask, fromDialog } from '../support/admin-routes.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { type OAuthServer, oauthServer } from '../support/oauth-server.ts';

const site = 'https://flows.example.com';
const redirectUri = `${site}/red/email-app/oauth/callback`;
const secret = 'client-s3cret-value';

/** An app's vault in memory, and a keeper of its tokens for each piece of work. */
function vaultApps(): Pick<RunningApps, 'withTokens'> {
  const secrets = new Map<string, string>();
  const vault: Vault = {
    read: async (name) => secrets.get(name),
    write: async (name, value) => void (value ? secrets.set(name, value) : secrets.delete(name)),
  };
  return {
    async withTokens({ route }: AppSettings, work) {
      assert(route.kind === 'smtp' && route.login?.kind === 'oauth');
      const clock = fakeClock(Date.now());
      const keeper = openTokenKeeper(route.login, { vault, clock, random: () => 0.5, onTrouble() {} });
      return work(keeper).finally(() => keeper.close());
    },
  };
}

describe('the routes for signing in', () => {
  let provider: OAuthServer;
  const answers: Answered[] = [];
  const stage = adminStage((RED) => oauthEndpoints(RED, adminRoutes(RED), vaultApps()), {
    httpAdminRoot: '/red/',
  });
  const callback = stage.find('GET /email-app/oauth/callback');

  before(async () => {
    provider = await oauthServer();
  });
  after(() => provider.close());

  async function call(path: string, extra: object = {}, config: object = {}) {
    const dialog = {
      id: 'new',
      config: {
        appId: 'app00001',
        identity: 'example.com',
        route: 'smtp',
        host: '127.0.0.1',
        smtpAuth: 'oauth',
        oauthProvider: 'other',
        oauthClientId: 'client-1',
        oauthAuthorizationUrl: `${provider.url}/authorize`,
        oauthTokenUrl: `${provider.url}/token`,
        oauthScope: 'mail.send',
        ...config,
      },
      credentials: { user: 'shop@example.com', clientSecret: secret },
      ...extra,
    };
    const answer = await ask(
      stage.find(`POST /email-app/oauth/${path}`),
      fromDialog(dialog, { origin: site }),
    );
    answers.push(answer);
    return answer.body as Record<string, never> & { signIn?: { state: string; text?: string } };
  }

  async function comeBack(query: object): Promise<Answered> {
    const answer = await ask(callback, { headers: {}, query });
    answers.push(answer);
    return answer;
  }

  it('lead to the provider with a state and a challenge', async () => {
    const { url } = await call('start', { redirectUri });
    const { searchParams } = new URL(String(url));
    assert.equal(searchParams.get('redirect_uri'), redirectUri);
    assert.equal(searchParams.get('code_challenge_method'), 'S256');
    assert.ok(String(searchParams.get('state')).length >= 43);
  });

  it('sign in without a session of the editor, and keep the tokens', async () => {
    const { url, ticket } = await call('start', { redirectUri });
    assert.deepEqual((await call('state', { ticket })).signIn, { state: 'waiting' });
    const { status, body } = await comeBack(await provider.consent(String(url)));
    assert.equal(status, 200);
    assert.match(String(body), /Signed in/);
    const state = await call('state', { ticket });
    assert.deepEqual(
      [state.signedIn, state.account, state.signIn?.state],
      [true, 'shop@example.com', 'done'],
    );
  });

  it('take each state once', async () => {
    const { url } = await call('start', { redirectUri });
    const query = await provider.consent(String(url));
    assert.equal((await comeBack(query)).status, 200);
    assert.equal((await comeBack(query)).status, 400);
  });

  it('take no state that they did not give', async () => {
    const { status, body } = await comeBack({ state: 'x'.repeat(43), code: 'code' });
    assert.equal(status, 400);
    assert.match(String(body), /start again/);
    assert.equal((await comeBack({})).status, 400);
  });

  it('tell the dialog what the provider said', async () => {
    const { url, ticket } = await call('start', { redirectUri });
    const state = new URL(String(url)).searchParams.get('state');
    await comeBack({ state, error: 'access_denied', error_description: '<img src=x onerror=alert(1)>' });
    const { signIn } = await call('state', { ticket });
    assert.equal(signIn?.state, 'failed');
    assert.match(String(signIn?.text), /Signing in did not work/);
  });

  it('answer with a page that runs nothing of the request’s', async () => {
    const { url } = await call('start', { redirectUri });
    const state = new URL(String(url)).searchParams.get('state');
    const { body, headers } = await comeBack({ state, error: '<img src=x onerror=alert(1)>' });
    assert.doesNotMatch(String(body), /<img/);
    assert.match(
      String(headers['content-security-policy']),
      /^default-src 'none'; .*frame-ancestors 'none'$/,
    );
    assert.doesNotMatch(String(headers['content-security-policy']), /unsafe/);
    assert.equal(headers['cache-control'], 'no-store');
  });

  it('fetch a token at once where nobody consents', async () => {
    const config = { oauthGrant: 'client-credentials' };
    const { url, ticket } = await call('start', {}, config);
    assert.equal(url, undefined);
    assert.deepEqual((await call('state', { ticket }, config)).signIn, { state: 'done' });
  });

  it('forget', async () => {
    assert.equal((await call('forget')).signedIn, false);
    assert.equal((await call('state')).signedIn, false);
  });

  for (const [what, uri] of [
    ['of another site', 'https://evil.example.com/red/email-app/oauth/callback'],
    ['of another path', `${site}/red/email-app/other`],
    ['with a query', `${redirectUri}?next=https://evil.example.com`],
    ['with a fragment', `${redirectUri}#x`],
    ['with a user', 'https://joe:x@flows.example.com/red/email-app/oauth/callback'],
    ['that is a script', 'javascript:alert(1)//red/email-app/oauth/callback'],
    ['that is none', ''],
  ]) {
    it(`refuse a redirect URL ${what}`, async () => {
      const { code, field } = await call('start', { redirectUri: uri });
      assert.deepEqual([code, field], ['bad-settings', 'redirectUri']);
    });
  }

  it('name what is missing in the dialog', async () => {
    const { code, field } = await call('start', { redirectUri }, { oauthClientId: '' });
    assert.deepEqual([code, field], ['bad-settings', 'oauthClientId']);
    assert.equal((await call('start', { redirectUri }, { smtpAuth: 'password' })).field, 'password');
  });

  it('have told no secret', () => {
    const told = JSON.stringify(answers);
    for (const hidden of [secret, ...provider.given]) assert.equal(told.includes(hidden), false);
  });
});
