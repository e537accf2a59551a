import assert from 'node:assert/strict';
import { borrowStoredTokens, borrowTokens } from '../../../nodes/lib/app/borrow-tokens.ts';
import { openEmailApp } from '../../../nodes/lib/app/open-email-app.ts';
import type { World } from '../../../nodes/lib/app/world.ts';
import type { TokenKeeper } from '../../../nodes/lib/oauth/token-keeper.ts';
import type { TokenSet } from '../../../nodes/lib/oauth/token-set.ts';
import type { AppSettings, OAuthSettings } from '../../../nodes/lib/settings/app-settings.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { fixedKeys } from '../../support/fixed-keys.ts';
import { httpStub } from '../../support/http-stub.ts';
import { processWorld } from '../../support/process-world.ts';
import { sampleOAuthLogin } from '../../support/sample-oauth.ts';
import { sampleSettings } from '../../support/sample-settings.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';

/** Of an app that signs in with OAuth. */
function oauthSettings(changes: Partial<OAuthSettings> = {}): AppSettings {
  const login = sampleOAuthLogin(changes);
  const server = { host: '127.0.0.1', port: 9, security: 'none', tls: { verify: true } } as const;
  return sampleSettings({ route: { kind: 'smtp', ...server, login } });
}
const dialog = oauthSettings();

const tokens = (): TokenSet => ({
  accessToken: 'access-token-of-a-test-0001',
  refreshToken: 'refresh-token-of-a-test-0001',
  account: 'shop@example.com',
  receivedAt: Date.now(),
  validUntil: Date.now() + 3_600_000,
});

describe('tokens for a dialog', () => {
  let world: World;
  let remove: () => void;

  beforeEach(() => {
    const temporary = temporaryFolder();
    remove = temporary.remove;
    world = processWorld(temporary.folder, { onTrouble() {} });
  });
  afterEach(() => remove());

  it('are kept for an app that was never deployed, and found when it is', async () => {
    await borrowStoredTokens(dialog, world, async (keeper) => keeper?.accept(tokens()));
    const app = await openEmailApp(dialog, world);
    assert.equal(await app.tokens?.current(), tokens().accessToken);
    await app.close();
  });

  it('are kept in the store of a running app that signs in otherwise', async () => {
    const app = await openEmailApp(sampleSettings(), world);
    await borrowTokens(app, dialog, world, async (keeper) => keeper?.accept(tokens()));
    const state = await borrowTokens(app, dialog, world, async (keeper) => {
      await keeper?.update();
      return keeper?.state();
    });
    assert.equal(state?.account, 'shop@example.com');
    await app.close();
  });

  it('are those of the running app itself where it has some', async () => {
    const app = await openEmailApp(dialog, world);
    await borrowTokens(app, dialog, world, async (keeper) => assert.equal(keeper, app.tokens));
    await app.close();
  });

  it('are none for settings without OAuth', async () => {
    await borrowStoredTokens(sampleSettings(), world, async (keeper) => assert.equal(keeper, undefined));
  });

  it('are not taken from a store that is open elsewhere, which stays open', async () => {
    const app = await openEmailApp(dialog, world);
    await assertRefused(() => borrowStoredTokens(dialog, world, async () => undefined), 'store-in-use');
    await app.tokens?.accept(tokens());
    await app.close();
  });

  it('leave the store closed when the work fails', async () => {
    const work = () => Promise.reject(new Error('the work failed'));
    await assert.rejects(borrowStoredTokens(dialog, world, work), /the work failed/);
    await (await openEmailApp(dialog, world)).close();
  });

  it('are not lost, although not deployed, when two questions of the dialog meet', async () => {
    let given = 0;
    // each refresh token is good once; the provider takes a second use for a theft and ends the sign-in
    const headers = { 'content-type': 'application/json' };
    const provider = await httpStub(({ body }) => {
      if (new URLSearchParams(body).get('refresh_token') !== `refresh-${given}`)
        return { status: 400, headers, body: { error: 'invalid_grant' } };
      given += 1;
      const tokens = { access_token: `access-${given}`, refresh_token: `refresh-${given}` };
      return { headers, body: { ...tokens, expires_in: 3600 } };
    });
    const notDeployed = oauthSettings({ tokenUrl: provider.endpoint });
    const notes = new Map<string, string | undefined>();
    const app = {
      settings: sampleSettings(),
      tokens: undefined,
      keys: fixedKeys(),
      notes: {
        readNote: async (name: string) => notes.get(name),
        writeNote: async (name: string, value?: string) => void notes.set(name, value),
      },
    };
    const borrow = <Result>(work: (tokens: TokenKeeper) => Promise<Result>) =>
      borrowTokens(app, notDeployed, world, async (tokens) => {
        assert.ok(tokens);
        return work(tokens);
      });
    const old = { accessToken: 'access-0', refreshToken: 'refresh-0', receivedAt: 0, validUntil: 1 };
    await borrow((tokens) => tokens.accept(old));
    const both = await Promise.all([borrow((one) => one.current()), borrow((other) => other.current())]);
    assert.deepEqual(both, ['access-1', 'access-1']);
    assert.equal(provider.requests.length, 1);
    await provider.close();
  });
});
