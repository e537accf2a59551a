import assert from 'node:assert/strict';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import type { OutboxEntry } from '../../../nodes/lib/outbound/outbox.ts';
import { QuotaWatch } from '../../../nodes/lib/outbound/quota-watch.ts';
import { RateLimiter } from '../../../nodes/lib/outbound/rate-limiter.ts';
import type { SendQuota } from '../../../nodes/lib/transport/transport.ts';
import { type FakeClock, fakeClock } from '../../support/fake-clock.ts';

const hour = 3_600_000;
const denied = new EmailError('aws-denied', { detail: { value: 'ses:GetAccount' }, retryable: true });

function mailTo(recipients: number, riders = 0): OutboxEntry {
  const many = (count: number) => Array.from({ length: count }, () => 'a@b.test');
  return { part: { recipients: many(recipients), riders: many(riders) } } as unknown as OutboxEntry;
}

describe('QuotaWatch', () => {
  let clock: FakeClock;
  let watch: QuotaWatch;
  let limiter: RateLimiter;
  let troubles: string[];
  let reads: number;
  let answer: SendQuota | EmailError;

  async function open(rate: number | 'auto' = 'auto', hasQuota = true): Promise<void> {
    clock = fakeClock();
    limiter = new RateLimiter(rate === 'auto' ? 1 : rate, clock.now());
    const quota = async (): Promise<SendQuota> => {
      reads += 1;
      if (answer instanceof EmailError) throw answer;
      return answer;
    };
    const transport = hasQuota ? { quota } : {};
    const onTrouble = ({ code }: EmailError): number => troubles.push(code);
    watch = new QuotaWatch({ transport, clock, limiter, rate, onRead: () => {}, onTrouble });
    await clock.settle();
  }

  beforeEach(() => {
    troubles = [];
    reads = 0;
    answer = { perSecond: 20, perDay: 1000, usedToday: 0 };
  });

  afterEach(() => watch.close());

  it('sends at 80 % of what the account may send', async () => {
    await open();
    assert.equal(limiter.rate(clock.now()), 16);
  });

  it('follows the account every hour', async () => {
    await open();
    answer = { perSecond: 100, perDay: 1000, usedToday: 0 };
    await clock.advance(hour);
    assert.deepEqual([reads, limiter.rate(clock.now())], [2, 80]);
  });

  it('leaves a rate alone that a person set', async () => {
    await open(5);
    assert.equal(limiter.rate(clock.now()), 5);
  });

  it('goes at one a second while the quota cannot be read, and says so once', async () => {
    answer = denied;
    await open();
    await clock.advance(3 * hour);
    assert.deepEqual([limiter.rate(clock.now()), troubles], [1, ['aws-denied']]);
    answer = { perSecond: 20, perDay: 1000, usedToday: 0 };
    await clock.advance(hour);
    assert.equal(limiter.rate(clock.now()), 16);
  });

  it('counts recipients', async () => {
    await open();
    await clock.advance(1000);
    const before = limiter.available(clock.now());
    watch.take([mailTo(2, 1)], clock.now());
    assert.equal(limiter.available(clock.now()), before - 3);
  });

  it('counts mails on a route without a quota, and asks for none', async () => {
    await open(100, false);
    watch.take([mailTo(20), mailTo(20)], clock.now());
    assert.deepEqual([limiter.available(clock.now()), watch.isUsedUp, reads], [23, false, 0]);
    watch.usedUp();
    assert.equal(watch.isUsedUp, false);
    assert.equal(clock.pending(), 0);
  });

  it('stops when the day is used up, says so once, and goes on when there is room again', async () => {
    await open();
    watch.take([mailTo(600)], clock.now());
    assert.equal(watch.isUsedUp, false);
    watch.take([mailTo(400)], clock.now());
    assert.deepEqual([watch.isUsedUp, watch.available(clock.now() + 60_000)], [true, 0]);
    answer = { perSecond: 20, perDay: 1000, usedToday: 1000 };
    await clock.advance(2 * hour);
    assert.deepEqual([watch.isUsedUp, troubles], [true, ['daily-quota']]);
    answer = { perSecond: 20, perDay: 1000, usedToday: 990 };
    await clock.advance(hour);
    assert.deepEqual([watch.isUsedUp, watch.available(clock.now())], [false, 4]);
  });

  it('lets no more mails go than the day has room for, and has room as long as something is left of it', async () => {
    await open();
    watch.take([mailTo(997)], clock.now());
    const soon = clock.now() + 120_000;
    assert.deepEqual([limiter.available(soon), watch.available(soon)], [4, 3]);
    answer = { perSecond: 20, perDay: 1000, usedToday: 999.5 };
    await clock.advance(hour);
    assert.equal(watch.available(clock.now()), 1);
  });

  it('asks after five minutes when only its own count is at the end, however often it is turned to', async () => {
    await open();
    watch.take([mailTo(1000)], clock.now());
    for (let turn = 0; turn < 100; turn += 1) {
      watch.take([], clock.now());
      await clock.advance(1000);
    }
    assert.deepEqual([reads, watch.nextAt], [1, clock.now() + 200_000]);
    await clock.advance(200_000);
    assert.deepEqual([reads, watch.isUsedUp, troubles], [2, false, ['daily-quota']]);
  });

  it('reads the quota at once when the provider says that it is used up', async () => {
    await open();
    answer = { perSecond: 20, perDay: 1000, usedToday: 1000 };
    watch.usedUp();
    await clock.settle();
    assert.deepEqual([reads, watch.isUsedUp, watch.nextAt], [2, true, clock.now() + hour]);
  });

  it('does not stop for ever when the quota cannot be read', async () => {
    answer = denied;
    await open();
    watch.usedUp();
    await clock.settle();
    assert.equal(watch.isUsedUp, false);
  });

  it('knows no end of a quota without one', async () => {
    answer = { perSecond: 20, perDay: Number.POSITIVE_INFINITY, usedToday: 5 };
    await open();
    watch.take([mailTo(1_000_000)], clock.now());
    assert.equal(watch.isUsedUp, false);
  });

  it('asks no more once it is closed', async () => {
    await open();
    watch.close();
    await clock.advance(2 * hour);
    assert.deepEqual([reads, clock.pending()], [1, 0]);
  });
});
