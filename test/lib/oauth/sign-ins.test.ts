import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { systemClock } from '../../../nodes/lib/kernel/clock.ts';
import { signIns } from '../../../nodes/lib/oauth/sign-ins.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { type OAuthServer, oauthServer } from '../../support/oauth-server.ts';
import { sampleOAuth } from '../../support/sample-oauth.ts';

const context = {
  redirectUri: 'http://127.0.0.1:1880/email-app/oauth/callback',
  user: 'shop@example.com',
  session: 'editor-1',
};
const parametersOf = (url: string) => Object.fromEntries(new URL(url).searchParams);

describe('signIns', () => {
  let server: OAuthServer;

  before(async () => {
    server = await oauthServer();
  });
  after(() => server.close());

  it('leads a person to the provider and comes back with tokens and the context', async () => {
    const walks = signIns<typeof context>({ clock: systemClock, randomBytes });
    const { url } = walks.start(server.settings(), context);
    const query = await server.consent(url);
    assert.equal(walks.contextOf(query), context);
    const { context: back, tokens } = await walks.finish(query);
    assert.equal(back, context);
    assert.equal(tokens.accessToken, server.given.at(-1));
    assert.equal(tokens.account, 'shop@example.com');
  });

  it('keeps two walks apart', async () => {
    const walks = signIns<typeof context>({ clock: systemClock, randomBytes });
    const first = await server.consent(walks.start(server.settings(), context).url);
    const second = await server.consent(walks.start(server.settings(), { ...context, session: 'two' }).url);
    assert.notEqual(first.state, second.state);
    assert.equal((await walks.finish(second)).context.session, 'two');
    assert.equal((await walks.finish(first)).context.session, 'editor-1');
  });

  it('takes each state once, also when the exchange failed', async () => {
    const walks = signIns({ clock: systemClock, randomBytes });
    const query = await server.consent(walks.start(server.settings(), context).url);
    await walks.finish(query);
    await assertRefused(() => walks.finish(query), 'sign-in-failed');
    const { state } = parametersOf(walks.start(server.settings(), context).url);
    await assertRefused(() => walks.finish({ state, code: 'invented' }), 'oauth-refused');
    await assertRefused(() => walks.finish({ state, code: 'invented' }), 'sign-in-failed');
  });

  it('ends a walk after ten minutes', async () => {
    const clock = fakeClock();
    const walks = signIns({ clock, randomBytes });
    const { state } = parametersOf(walks.start(sampleOAuth(), context).url);
    await clock.advance(599_000);
    assert.equal(walks.contextOf({ state }), context);
    await clock.advance(1000);
    assert.equal(walks.contextOf({ state }), undefined);
    const { message } = await assertRefused(() => walks.finish({ state, code: 'c' }), 'sign-in-failed');
    assert.match(message, /10 minutes/);
  });

  it('has room for a hundred, and for the newest always', async () => {
    const walks = signIns({ clock: fakeClock(), randomBytes });
    const states = Array.from({ length: 101 }, () => {
      return parametersOf(walks.start(sampleOAuth(), context).url).state;
    });
    const known = states.map((state) => walks.contextOf({ state }) !== undefined);
    assert.deepEqual(known, [false, ...Array.from({ length: 100 }, () => true)]);
  });

  it('uses 256 random bits for the state, and a challenge that is not the verifier', () => {
    const given: string[] = [];
    const walks = signIns({
      clock: fakeClock(),
      randomBytes: (count) => {
        const bytes = randomBytes(count);
        given.push(bytes.toString('base64url'));
        return bytes;
      },
    });
    const { url } = walks.start(sampleOAuth(), context);
    const { state, code_challenge: challenge } = parametersOf(url);
    assert.deepEqual([state?.length, challenge?.length, given[1]?.length], [43, 43, 43]);
    assert(given[1] && !url.includes(given[1]));
  });

  const strange: [string, Record<string, unknown>][] = [
    ['no state', {}],
    ['another state', { state: 'x'.repeat(43), code: 'c' }],
    ['a list of states', { state: ['a', 'b'], code: 'c' }],
    ['an object for a state', { state: { toString: 'x' }, code: 'c' }],
    ['an inherited name', { state: '__proto__', code: 'c' }],
  ];
  for (const [what, query] of strange)
    it(`refuses ${what}`, async () => {
      const walks = signIns({ clock: fakeClock(), randomBytes });
      walks.start(sampleOAuth(), context);
      await assertRefused(() => walks.finish(query), 'sign-in-failed');
    });

  const answers: [string, Record<string, unknown>, string, RegExp][] = [
    ['a no', { error: 'access_denied', error_description: 'The user said no' }, 'sign-in-failed', /“no”/],
    [
      'Microsoft’s no',
      { error: 'access_denied', error_description: 'AADSTS65004: declined' },
      'sign-in-failed',
      /“no”/,
    ],
    ['a wrong scope', { error: 'invalid_scope' }, 'oauth-refused', /scope/],
    [
      'objects for words',
      { error: 'odd', error_description: { toString: 'x' }, error_codes: [{}] },
      'oauth-refused',
      /odd/,
    ],
    ['trouble', { error: 'server_error' }, 'oauth-failed', /trouble/],
    ['neither code nor error', {}, 'sign-in-failed', /neither/],
    ['an empty code', { code: '' }, 'sign-in-failed', /neither/],
    ['an endless code', { code: 'x'.repeat(9000) }, 'sign-in-failed', /neither/],
    ['two codes', { code: ['a', 'b'] }, 'sign-in-failed', /neither/],
  ];
  for (const [what, answer, code, words] of answers)
    it(`puts ${what} into words`, async () => {
      const walks = signIns({ clock: fakeClock(), randomBytes });
      const { state } = parametersOf(walks.start(sampleOAuth(), context).url);
      const { message } = await assertRefused(() => walks.finish({ ...answer, state }), code);
      assert.match(message, words);
    });
});
