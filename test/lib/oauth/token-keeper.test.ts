import assert from 'node:assert/strict';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { openTokenKeeper, type TokenKeeper } from '../../../nodes/lib/oauth/token-keeper.ts';
import type { OAuthLogin } from '../../../nodes/lib/settings/app-settings.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { type FakeClock, fakeClock } from '../../support/fake-clock.ts';
import { type FakeProvider, fakeProvider, memoryVault } from '../../support/fake-provider.ts';
import { sampleOAuthLogin } from '../../support/sample-oauth.ts';
import { type SharedClaims, sharedClaims } from '../../support/shared-claims.ts';

const minute = 60_000;
const hour = 60 * minute;

describe('openTokenKeeper', () => {
  let clock: FakeClock;
  let provider: FakeProvider;
  let vault: ReturnType<typeof memoryVault>;
  let keeper: TokenKeeper;
  let troubles: EmailError[];

  beforeEach(() => {
    clock = fakeClock();
    provider = fakeProvider(clock);
    vault = memoryVault();
    troubles = [];
  });

  afterEach(async () => {
    await keeper.close();
    assert.equal(clock.pending(), 0, 'a timer outlived it');
  });

  function open(login: OAuthLogin = sampleOAuthLogin()): TokenKeeper {
    const onTrouble = (error: EmailError) => troubles.push(error);
    keeper = openTokenKeeper(login, { vault, clock, random: () => 0.5, onTrouble, provider });
    return keeper;
  }

  async function openSignedIn(): Promise<TokenKeeper> {
    open();
    await keeper.accept(provider.signIn());
    troubles.length = 0;
    return keeper;
  }

  const told = () => troubles.map(({ code }) => code);

  describe('signed in', () => {
    it('gives the token while it holds, without asking anybody', async () => {
      await openSignedIn();
      await clock.advance(50 * minute);
      assert.equal(await keeper.current(), 'access-token-number-1');
      assert.equal(provider.renewals, 0);
    });

    it('renews 5 to 6 minutes before the end, though no mail asks', async () => {
      await openSignedIn();
      assert.equal(keeper.state().nextRenewalAt, clock.now() + hour - 5.5 * minute);
      await clock.advance(54 * minute);
      assert.equal(provider.renewals, 0);
      await clock.advance(minute);
      assert.equal(provider.renewals, 1);
      assert.equal(await keeper.current(), 'access-token-number-2');
    });

    it('renews a short-lived one at four fifths of its life', async () => {
      provider.validity = 100;
      await openSignedIn();
      assert.equal(keeper.state().nextRenewalAt, clock.now() + 80_000);
      await clock.advance(81_000);
      assert.equal(provider.renewals, 1);
    });

    it('does not ask a provider all the time whose tokens hold for a second', async () => {
      provider.validity = 1;
      await openSignedIn();
      await clock.advance(minute);
      assert(provider.renewals <= 6, `asked ${provider.renewals} times in a minute`);
    });

    it('takes nothing over from one account to another', async () => {
      await openSignedIn();
      await keeper.accept({ ...provider.signIn(), account: 'ann@example.com' });
      await keeper.accept({ ...provider.signIn(), account: 'bob@example.com', refreshToken: undefined });
      assert.equal(keeper.state().account, 'bob@example.com');
      assert.equal(keeper.state().refreshToken, undefined);
    });

    it('finds its way through a life longer than a timer', async () => {
      provider.validity = 365 * 86_400;
      await openSignedIn();
      await clock.advance(364 * 24 * hour);
      assert.equal(provider.renewals, 0);
      await clock.advance(24 * hour);
      assert.equal(provider.renewals, 1);
    });

    it('asks once for all who need it at the same time', async () => {
      provider.validity = 600;
      await openSignedIn();
      await keeper.close();
      await clock.advance(20 * minute);
      provider.slowness = 5000;
      open();
      const all = Promise.all(Array.from({ length: 20 }, () => keeper.current()));
      await clock.advance(6000);
      assert.deepEqual(new Set(await all), new Set(['access-token-number-2']));
      assert.equal(provider.renewals, 1);
    });

    it('goes on after a restart, with what the vault has', async () => {
      await openSignedIn();
      await keeper.close();
      await clock.advance(10 * minute);
      open();
      assert.equal(await keeper.current(), 'access-token-number-1');
      assert.equal(provider.renewals, 0);
    });

    it('renews at once after a restart that came too late', async () => {
      await openSignedIn();
      await keeper.close();
      await clock.advance(30 * 24 * hour);
      open();
      await clock.settle();
      assert.equal(provider.renewals, 1);
      assert.equal(await keeper.current(), 'access-token-number-2');
    });

    it('keeps the refresh token of a provider that gives it once only', async () => {
      await openSignedIn();
      const { refreshToken: _, ...later } = provider.signIn();
      provider.renew = async () => ({ ...later, receivedAt: clock.now(), validUntil: clock.now() + hour });
      await clock.advance(3 * hour);
      assert.match([...vault.secrets.values()].join(), /refresh-token-number-1/);
    });

    it('renews when the clock was set back below the time of the token', async () => {
      const tokens = provider.signIn();
      open();
      await keeper.accept({
        ...tokens,
        receivedAt: clock.now() + 24 * hour,
        validUntil: clock.now() + 25 * hour,
      });
      await keeper.current();
      assert.equal(provider.renewals, 1);
    });

    it('shows people a masked token, the account and the times', async () => {
      open();
      await keeper.accept({ ...provider.signIn(), account: 'Shop@Example.com' });
      assert.deepEqual(keeper.state(), {
        signedIn: true,
        needsPerson: false,
        account: 'Shop@Example.com',
        accessToken: '…',
        refreshToken: '…',
        validUntil: clock.now() + hour,
        nextRenewalAt: clock.now() + hour - 5.5 * minute,
        trouble: undefined,
      });
      await keeper.accept({ ...provider.signIn(), accessToken: `ya29.${'x'.repeat(40)}wxyz` });
      assert.equal(keeper.state().accessToken, 'ya29…wxyz');
      assert.equal(keeper.state().account, 'Shop@Example.com');
    });
  });

  describe('the vault', () => {
    it('has a rotated refresh token before the new access token is used', async () => {
      await openSignedIn();
      vault.failure = new EmailError('store-unavailable', { retryable: true });
      await clock.advance(80 * minute);
      assert.equal(provider.renewals, 1, 'what was given is not asked for again');
      await assertRefused(() => keeper.current(), 'store-unavailable');
      vault.failure = undefined;
      await clock.advance(20 * minute);
      assert.match([...vault.secrets.values()].join(), /refresh-token-number-[23]/);
      assert(provider.takes(await keeper.current()));
      assert.deepEqual(troubles, []);
    });

    it('that fails when it is read is read again', async () => {
      await openSignedIn();
      await keeper.close();
      vault.failure = new EmailError('store-unavailable', { retryable: true });
      open();
      await assertRefused(() => keeper.current(), 'store-unavailable');
      vault.failure = undefined;
      await clock.advance(minute);
      assert.equal(await keeper.current(), 'access-token-number-1');
    });

    for (const change of [{ clientId: 'other' }, { tokenUrl: 'https://other.example/token' }])
      it(`gives no tokens to other settings (${Object.keys(change)})`, async () => {
        await openSignedIn();
        await keeper.close();
        open(sampleOAuthLogin(change));
        await assertRefused(() => keeper.current(), 'sign-in-needed');
        assert.equal(provider.renewals, 0);
      });

    it('keeps another sign-in beside it, as when a dialog signs in before it is deployed', async () => {
      await openSignedIn();
      const deployed = keeper;
      open(sampleOAuthLogin({ clientId: 'other' }));
      await keeper.accept({ ...provider.signIn(), accessToken: 'of-the-other-client' });
      await keeper.close();
      assert.equal(await deployed.current(), 'access-token-number-1');
      await deployed.close();
      assert.equal(await open(sampleOAuthLogin({ clientId: 'other' })).current(), 'of-the-other-client');
      await keeper.close();
      assert.equal(await open().current(), 'access-token-number-1');
    });

    it('has what a renewal brought when the app closes meanwhile', async () => {
      await openSignedIn();
      provider.slowness = 20_000;
      await clock.advance(54.6 * minute);
      const closing = keeper.close().then(() => {
        // with the app its store is closed
        vault.failure = new EmailError('store-unavailable');
      });
      await clock.advance(minute);
      await closing;
      vault.failure = undefined;
      provider.slowness = 0;
      open();
      assert.equal(await keeper.current(), 'access-token-number-2');
      await clock.advance(hour);
      assert(provider.takes(await keeper.current()));
    });
  });

  describe('a crash between the provider’s answer and the vault', () => {
    /** The keeper of the crashed process gets its answer and can write nothing any more. */
    async function crash(): Promise<void> {
      await openSignedIn();
      const { secrets } = vault;
      provider.slowness = 20_000;
      await clock.advance(54.6 * minute);
      assert.equal(provider.renewals, 1);
      vault.failure = new EmailError('store-unavailable');
      await clock.advance(minute);
      await keeper.close();
      vault = memoryVault();
      for (const [name, secret] of secrets) vault.secrets.set(name, secret);
      provider.slowness = 0;
      await clock.advance(hour);
      open();
    }

    it('is no loss where the old refresh token lives on (Google, Microsoft)', async () => {
      provider.rotates = false;
      await crash();
      assert(provider.takes(await keeper.current()));
      assert.deepEqual(told(), []);
    });

    it('loses the sign-in where each use kills it: mail waits, and a person is told', async () => {
      await crash();
      const { retryable } = await assertRefused(() => keeper.current(), 'sign-in-needed');
      assert.equal(retryable, true);
      assert.deepEqual(told(), ['sign-in-needed']);
      await keeper.accept(provider.signIn());
      assert(provider.takes(await keeper.current()));
    });
  });

  describe('a provider in trouble', () => {
    it('is asked again, while the old token is used as long as it holds', async () => {
      await openSignedIn();
      provider.isDown = true;
      await clock.advance(58 * minute);
      assert.equal(await keeper.current(), 'access-token-number-1');
      assert.match(String(keeper.state().trouble), /trouble of its own/);
      assert.equal(keeper.state().signedIn, true);
      assert.equal(keeper.state().needsPerson, false);
      await clock.advance(6 * hour);
      const { retryable } = await assertRefused(() => keeper.current(), 'oauth-failed');
      assert.equal(retryable, true);
      provider.isDown = false;
      await clock.advance(20 * minute);
      assert(provider.takes(await keeper.current()));
      assert.equal(keeper.state().trouble, undefined);
      assert.deepEqual(told(), []);
    });

    it('is not asked by every mail', async () => {
      await openSignedIn();
      let asked = 0;
      provider.renew = async () => {
        asked += 1;
        throw new EmailError('oauth-failed', { retryable: true });
      };
      await clock.advance(55 * minute);
      for (let second = 0; second < 3600; second += 10) {
        await clock.advance(10_000);
        await keeper.current().catch(() => {});
      }
      assert(asked > 5 && asked < 15, `asked ${asked} times in an hour`);
    });

    it('is told of once and asked on when it does not accept the settings', async () => {
      await openSignedIn();
      let asked = 0;
      provider.renew = async () => {
        asked += 1;
        throw new EmailError('oauth-refused', { detail: { value: 'x', why: 'y' }, retryable: true });
      };
      await clock.advance(24 * hour);
      assert.deepEqual(told(), ['oauth-refused']);
      assert(asked > 15 && asked < 30, `asked ${asked} times in a day`);
      assert.equal(keeper.state().needsPerson, true);
      const { retryable } = await assertRefused(() => keeper.current(), 'oauth-refused');
      assert.equal(retryable, true);
    });
  });

  describe('signed out', () => {
    it('says once at the start that nobody has signed in', async () => {
      open();
      await assertRefused(() => keeper.current(), 'sign-in-needed');
      await assertRefused(() => keeper.current(), 'sign-in-needed');
      await clock.advance(24 * hour);
      assert.deepEqual(told(), ['sign-in-needed']);
      assert.equal(keeper.state().signedIn, false);
    });

    it('stops asking after the provider took the sign-in away, and says so once', async () => {
      await openSignedIn();
      provider.revoke();
      await clock.advance(48 * hour);
      assert.equal(provider.renewals, 1);
      assert.deepEqual(told(), ['sign-in-needed']);
      const { retryable, message } = await assertRefused(() => keeper.current(), 'sign-in-needed');
      assert.equal(retryable, true);
      assert.match(message, /login\.example\.com: the sign-in expired or was revoked/);
      assert.equal(keeper.state().signedIn, false);
      assert.equal(keeper.state().nextRenewalAt, undefined);
    });

    it('does not ask, and does not pretend to be well, when somebody looks', async () => {
      await openSignedIn();
      provider.revoke();
      await clock.advance(55 * minute);
      await keeper.update();
      assert.equal(keeper.state().signedIn, false);
      await clock.advance(hour);
      await keeper.update();
      assert.equal(keeper.state().signedIn, false);
      assert.equal(provider.renewals, 1);
    });

    it('wakes at once with a new sign-in', async () => {
      open();
      await assertRefused(() => keeper.current(), 'sign-in-needed');
      let mended = 0;
      keeper.onMended(() => {
        mended += 1;
      });
      await keeper.accept(provider.signIn());
      assert.equal(mended, 1);
      assert(provider.takes(await keeper.current()));
      await clock.advance(24 * hour);
      assert(provider.takes(await keeper.current()));
      assert.equal(mended, 1);
    });

    it('tells of the next loss again', async () => {
      await openSignedIn();
      for (const _ of [1, 2]) {
        provider.revoke();
        await clock.advance(2 * hour);
        await keeper.accept(provider.signIn());
      }
      assert.deepEqual(told(), ['sign-in-needed', 'sign-in-needed']);
    });

    it('is what follows a token that ends without another to renew it', async () => {
      open();
      await keeper.accept({ ...provider.signIn(), refreshToken: undefined });
      await clock.advance(2 * hour);
      const { message } = await assertRefused(() => keeper.current(), 'sign-in-needed');
      assert.match(message, /gave none to renew it/);
    });

    it('forgets on demand, for good and without alarm', async () => {
      await openSignedIn();
      await keeper.forget();
      assert.equal(vault.secrets.size, 0);
      await assertRefused(() => keeper.current(), 'sign-in-needed');
      assert.deepEqual([told(), keeper.state().accessToken], [[], undefined]);
    });
  });

  describe('a token that the mail server refuses', () => {
    it('is replaced once', async () => {
      await openSignedIn();
      const token = await keeper.current();
      keeper.refused(token);
      keeper.refused(token);
      assert.equal(await keeper.current(), 'access-token-number-2');
      keeper.refused(token);
      assert.equal(await keeper.current(), 'access-token-number-2');
      assert.equal(provider.renewals, 1);
    });

    it('and whose replacement is refused, too, needs a person; it is tried again within hours', async () => {
      await openSignedIn();
      keeper.refused(await keeper.current());
      keeper.refused(await keeper.current());
      const { message } = await assertRefused(() => keeper.current(), 'sign-in-needed');
      assert.match(message, /takes no token of it for shop@example\.com/);
      for (const _ of [1, 2, 3]) {
        await clock.advance(hour + minute);
        keeper.refused(await keeper.current());
        await assertRefused(() => keeper.current(), 'sign-in-needed');
      }
      assert.deepEqual(told(), ['sign-in-needed']);
      assert.equal(provider.renewals, 4);
    });

    it('long after it was replaced is replaced again', async () => {
      await openSignedIn();
      keeper.refused(await keeper.current());
      await keeper.current();
      await clock.advance(30 * minute);
      keeper.refused(await keeper.current());
      assert(provider.takes(await keeper.current()));
      assert.deepEqual(told(), []);
    });
  });

  describe('client credentials', () => {
    const login = sampleOAuthLogin({ grant: 'client-credentials' });

    it('need nobody: the first token is asked for, and every other', async () => {
      open(login);
      assert.equal(await keeper.current(), 'access-token-number-1');
      await clock.advance(48 * hour);
      assert(provider.takes(await keeper.current()));
      assert.deepEqual(told(), []);
    });

    it('are asked for again after they were forgotten', async () => {
      open(login);
      await keeper.current();
      await keeper.forget();
      assert.equal(await keeper.current(), 'access-token-number-2');
    });
  });

  it('gives nothing once it is closed', async () => {
    await openSignedIn();
    await keeper.close();
    const { retryable } = await assertRefused(() => keeper.current(), 'app-closed');
    assert.equal(retryable, true);
  });

  describe('on several machines', () => {
    const openOn = (claims: SharedClaims) =>
      openTokenKeeper(sampleOAuthLogin(), {
        ...{ vault, clock, provider, claims },
        random: () => 0.5,
        onTrouble: (error) => troubles.push(error),
      });

    it('asks the provider on one of them, and the other takes what that one got', async () => {
      const claims = sharedClaims();
      keeper = openOn(claims);
      await keeper.accept(provider.signIn());
      const other = openOn(claims);
      await clock.settle();
      provider.slowness = 3000;
      await clock.advance(hour);
      assert.equal(provider.renewals, 1);
      const [first, second] = await Promise.all([keeper.current(), other.current()]);
      assert.deepEqual([first, second], ['access-token-number-2', 'access-token-number-2']);
      await other.close();
    });

    it('gives up after half a minute and tries again later', async () => {
      const claims = sharedClaims();
      keeper = openOn(claims);
      await keeper.accept(provider.signIn());
      const name = [...vault.secrets.keys()][0] ?? '';
      const turn = await claims.take(`tokens:${name}`, () => {});
      await clock.advance(hour);
      assert.equal(provider.renewals, 0);
      await turn?.release();
      await clock.advance(10 * minute);
      assert.equal(provider.renewals, 1);
    });
  });
});
