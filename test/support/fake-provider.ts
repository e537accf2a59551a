import { EmailError } from '../../nodes/lib/kernel/errors.ts';
import type { TokenProvider, TokenSet } from '../../nodes/lib/oauth/token-set.ts';
import type { FakeClock } from './fake-clock.ts';

export interface FakeProvider extends TokenProvider {
  /** What a person brings home from the sign-in page. */
  signIn(): TokenSet;
  /** True while the mail server would take it. */
  takes(accessToken: string): boolean;
  /** Ends every token given so far, as a changed password does. */
  revoke(): void;
  readonly renewals: number;
  /** Seconds that an access token holds. */
  validity: number;
  /** ms before the answer comes. */
  slowness: number;
  /** True: each use of a refresh token gives another and kills it. */
  rotates: boolean;
  /** True: no answer but trouble. */
  isDown: boolean;
}

/** An OAuth provider in memory, in the time of the test's clock. */
export function fakeProvider(clock: FakeClock): FakeProvider {
  const living = new Map<string, number>();
  let refreshToken: string | undefined;
  let count = 0;

  function give(): TokenSet {
    count += 1;
    const now = clock.now();
    const accessToken = `access-token-number-${count}`;
    const validUntil = now + provider.validity * 1000;
    living.set(accessToken, validUntil);
    for (const [token, end] of living) if (end <= now) living.delete(token);
    if (provider.rotates || refreshToken === undefined) refreshToken = `refresh-token-number-${count}`;
    return { accessToken, refreshToken, receivedAt: now, validUntil };
  }

  async function answer<T>(work: () => T): Promise<T> {
    if (provider.isDown) throw failure('oauth-failed', 'it has trouble of its own');
    const given = work();
    if (provider.slowness > 0) await new Promise<void>((resolve) => clock.after(provider.slowness, resolve));
    return given;
  }

  const provider = {
    validity: 3600,
    slowness: 0,
    rotates: true,
    isDown: false,
    renewals: 0,
    signIn: give,
    takes: (token: string) => (living.get(token) ?? 0) > clock.now(),
    revoke() {
      living.clear();
      refreshToken = undefined;
    },
    renew: (given: string) =>
      answer(() => {
        provider.renewals += 1;
        if (given !== refreshToken) throw failure('sign-in-needed', 'the sign-in expired or was revoked');
        return give();
      }),
    clientCredentials: () =>
      answer(() => {
        provider.renewals += 1;
        return { ...give(), refreshToken: undefined };
      }),
  };
  return provider;
}

function failure(code: 'oauth-failed' | 'sign-in-needed', why: string): EmailError {
  return new EmailError(code, { detail: { value: 'login.example.com', why }, retryable: true });
}

/** What a vault keeps, and how it may fail. */
export function memoryVault() {
  const secrets = new Map<string, string>();
  const vault = {
    secrets,
    failure: undefined as EmailError | undefined,
    writes: 0,
    async read(name: string) {
      if (vault.failure) throw vault.failure;
      return secrets.get(name);
    },
    async write(name: string, secret: string | undefined) {
      if (vault.failure) throw vault.failure;
      vault.writes += 1;
      if (secret === undefined) secrets.delete(name);
      else secrets.set(name, secret);
    },
  };
  return vault;
}
