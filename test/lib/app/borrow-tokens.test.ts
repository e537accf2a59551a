import assert from 'node:assert/strict';
import { borrowTokens } from '../../../nodes/lib/app/borrow-tokens.ts';
import type { World } from '../../../nodes/lib/app/open-email-app.ts';
import { systemClock } from '../../../nodes/lib/kernel/clock.ts';
import type { TokenKeeper } from '../../../nodes/lib/oauth/token-keeper.ts';
import { fixedKeys } from '../../support/fixed-keys.ts';
import { type HttpStub, httpStub } from '../../support/http-stub.ts';
import { sampleOAuthLogin } from '../../support/sample-oauth.ts';
import { sampleSettings } from '../../support/sample-settings.ts';

describe('borrowTokens', () => {
  let provider: HttpStub;

  afterEach(() => provider.close());

  it('does not lose a sign-in that is not deployed when two questions of its dialog meet', async () => {
    let given = 0;
    // each refresh token is good once; the provider takes a second use for a theft and ends the sign-in
    const headers = { 'content-type': 'application/json' };
    provider = await httpStub(({ body }) => {
      if (new URLSearchParams(body).get('refresh_token') !== `refresh-${given}`)
        return { status: 400, headers, body: { error: 'invalid_grant' } };
      given += 1;
      const tokens = { access_token: `access-${given}`, refresh_token: `refresh-${given}` };
      return { headers, body: { ...tokens, expires_in: 3600 } };
    });
    const login = sampleOAuthLogin({ tokenUrl: provider.endpoint });
    const route = {
      kind: 'smtp',
      host: 'x',
      port: 25,
      security: 'none',
      tls: { verify: true },
      login,
    } as const;
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
    const world = { clock: systemClock, random: Math.random, onTrouble() {} } as unknown as World;
    const borrow = <Result>(work: (tokens: TokenKeeper) => Promise<Result>) =>
      borrowTokens(app, sampleSettings({ route }), world, async (tokens) => {
        assert.ok(tokens);
        return work(tokens);
      });
    const old = { accessToken: 'access-0', refreshToken: 'refresh-0', receivedAt: 0, validUntil: 1 };
    await borrow((tokens) => tokens.accept(old));
    const both = await Promise.all([borrow((one) => one.current()), borrow((other) => other.current())]);
    assert.deepEqual(both, ['access-1', 'access-1']);
    assert.equal(provider.requests.length, 1);
  });
});
