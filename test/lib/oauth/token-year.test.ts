import assert from 'node:assert/strict';
import { asEmailError, EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { sealedVault } from '../../../nodes/lib/keys/sealed-vault.ts';
import { openTokenKeeper, type TokenKeeper } from '../../../nodes/lib/oauth/token-keeper.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { fakeProvider } from '../../support/fake-provider.ts';
import { fixedKeys } from '../../support/fixed-keys.ts';
import { sampleOAuthLogin } from '../../support/sample-oauth.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** The same numbers at each run, so that a failure can be looked into. */
function randomness(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('400 days with tokens of an hour, each renewal killing the refresh token before', () => {
  for (const seed of [1, 2, 3])
    it(`bring every mail out, through 20 restarts, outages and slow answers (seed ${seed})`, async () => {
      const random = randomness(seed);
      const clock = fakeClock();
      const provider = fakeProvider(clock);
      const notes = new Map<string, string>();
      let isStoreClosed = false;
      const vault = sealedVault(
        {
          readNote: async (name) => notes.get(name),
          async writeNote(name, value) {
            if (isStoreClosed) throw new EmailError('store-unavailable', { retryable: true });
            notes.set(name, value ?? '');
          },
        },
        fixedKeys(),
        'app00001',
      );
      const troubles: EmailError[] = [];
      const open = (): TokenKeeper =>
        openTokenKeeper(sampleOAuthLogin(), {
          vault,
          clock,
          random,
          onTrouble: (error) => troubles.push(error),
          provider,
        });
      let keeper = open();
      await keeper.accept(provider.signIn());
      troubles.length = 0;

      const end = clock.now() + 400 * day;
      const restarts = Array.from({ length: 20 }, () => clock.now() + random() * 400 * day).sort(
        (a, b) => a - b,
      );
      const outages = Array.from({ length: 12 }, () => clock.now() + random() * 400 * day);
      const waiting: number[] = [];
      const count = { mails: 0, sent: 0, later: 0, refused: 0, restarts: 0 };

      /** As the queue treats a mail: what is retryable waits 4 days at most; everything else is a failure. */
      async function deliver(acceptedAt: number): Promise<void> {
        try {
          const token = await keeper.current();
          if (!provider.takes(token)) {
            count.refused += 1;
            keeper.refused(token);
            assert(provider.takes(await keeper.current()), 'two refused tokens');
          }
          count.sent += 1;
        } catch (thrown) {
          const error = asEmailError(thrown);
          assert(error.retryable && clock.now() - acceptedAt < 4 * day, `failed: ${error.message}`);
          count.later += 1;
          waiting.push(acceptedAt);
        }
      }

      while (clock.now() < end) {
        await clock.advance(random() * 3 * hour);
        provider.isDown = outages.some((at) => clock.now() >= at && clock.now() < at + 10 * hour);
        provider.slowness = random() < 0.1 ? 25_000 : 0;
        if (restarts[0] !== undefined && clock.now() >= restarts[0]) {
          restarts.shift();
          count.restarts += 1;
          const closing = keeper.close().then(() => {
            isStoreClosed = true;
          });
          await clock.advance(minute);
          await closing;
          if (random() < 0.3) await clock.advance(random() * day);
          isStoreClosed = false;
          keeper = open();
        }
        count.mails += 1;
        const due = [...waiting.splice(0), clock.now()];
        const mails = Promise.all(due.map(deliver));
        await clock.advance(minute);
        await mails;
      }
      provider.isDown = false;
      await clock.advance(hour);
      await Promise.all(waiting.splice(0).map(deliver));
      await keeper.close();

      assert.equal(count.sent, count.mails, JSON.stringify(count));
      assert.equal(count.restarts, 20);
      assert(count.later > 20, 'the outages were felt');
      assert.deepEqual(troubles, [], 'nobody had to do anything');
      assert.doesNotMatch([...notes.values()].join(), /token-number/);
      assert(provider.renewals > 8000, `${provider.renewals} renewals`);
    });
});
