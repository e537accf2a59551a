import assert from 'node:assert/strict';
import { pruneRegularly } from '../../../nodes/lib/app/prune-regularly.ts';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { sampleSettings } from '../../support/sample-settings.ts';

const hour = 3_600_000;

/** All of it fails with this code; resolves to the codes told after the first prune. */
async function toldOf(code: 'app-closed' | 'store-unavailable'): Promise<string[]> {
  const clock = fakeClock();
  const told: string[] = [];
  const prune = () => Promise.reject(new EmailError(code));
  const stop = pruneRegularly({
    isClockSteady: () => true,
    outbox: { prune },
    suppressions: { prune },
    events: { prune },
    softBounces: { prune },
    inbound: { prune, forgetWaiting: prune },
    webhooks: { prune },
    clock,
    settings: sampleSettings(),
    onTrouble: (error) => told.push(error.code),
  });
  await clock.settle();
  stop();
  assert.equal(clock.pending(), 0);
  return told;
}

describe('pruneRegularly', () => {
  it('prunes at once and every hour, until it is stopped', async () => {
    const clock = fakeClock();
    const times: number[] = [];
    const webhookTimes: number[] = [];
    const stop = pruneRegularly({
      isClockSteady: () => true,
      outbox: { prune: async () => times.push(clock.now()) },
      suppressions: { prune: async () => {} },
      events: { prune: async () => {} },
      softBounces: { prune: async () => {} },
      inbound: { prune: async () => {}, forgetWaiting: async () => 0 },
      webhooks: { prune: async (before) => void webhookTimes.push(before) },
      clock,
      settings: sampleSettings(),
      onTrouble: assert.fail,
    });
    const start = clock.now();
    await clock.advance(2 * hour);
    stop();
    await clock.advance(2 * hour);
    assert.deepEqual(times, [start, start + hour, start + 2 * hour]);
    // not before every webhook-out had its time to open
    assert.deepEqual(
      webhookTimes,
      [1, 2].map((hours) => start + (hours - 30 * 24) * hour),
    );
  });

  it('deletes each kind of data after the days of its own', async () => {
    const clock = fakeClock();
    const days: Record<string, number[]> = {};
    const pruned =
      (kind: string) =>
      async (...limits: number[]) => {
        days[kind] = limits.map((limit) => (clock.now() - limit) / (24 * hour));
      };
    const { events, inbound, ...others } = sampleSettings(
      {},
      { keepDays: 3, keyDays: 4, contentDays: 2 },
      { evidenceDays: 5 },
    );
    const stop = pruneRegularly({
      isClockSteady: () => true,
      outbox: { prune: (...limits) => pruned('mails')(...limits).then(() => 0) },
      suppressions: { prune: pruned('evidence') },
      events: { prune: pruned('events') },
      tally: { prune: pruned('hours') },
      messageLog: { forgetContents: (before) => pruned('contents')(before) },
      accessLog: { prune: pruned('accesses') },
      softBounces: { prune: pruned('soft bounces') },
      notices: { prune: pruned('notices') },
      inbound: { prune: pruned('received mails'), forgetWaiting: async () => 0 },
      kept: { prune: pruned('kept mails') },
      webhooks: { prune: pruned('webhooks') },
      clock,
      settings: {
        ...others,
        events: { ...events, keepDays: 6, softBounces: { count: 3, days: 7 } },
        inbound: { ...inbound, setAsideDays: 8, keepDays: 9 },
      },
      onTrouble: assert.fail,
    });
    await clock.advance(hour);
    stop();
    assert.deepEqual(days, {
      mails: [3, 4],
      contents: [2],
      accesses: [3],
      // entries themselves end when they say so
      evidence: [0, 5],
      events: [6],
      'soft bounces': [7],
      notices: [15, 8],
      'received mails': [30, 8],
      'kept mails': [9],
      hours: [400],
      webhooks: [30],
    });
  });

  it('tells of a store that fails, and not of one that was closed meanwhile', async () => {
    assert.deepEqual(await toldOf('store-unavailable'), Array(5).fill('store-unavailable'));
    assert.deepEqual(await toldOf('app-closed'), []);
  });

  it('forgets hour by hour, but not at the start, mails that no node took in, and says how many', async () => {
    const clock = fakeClock();
    const told: string[] = [];
    const asked: number[] = [];
    const prune = async () => {};
    const stop = pruneRegularly({
      isClockSteady: () => true,
      outbox: { prune: async () => 0 },
      suppressions: { prune },
      events: { prune },
      softBounces: { prune },
      webhooks: { prune },
      inbound: {
        prune,
        async forgetWaiting(actedBefore) {
          asked.push(clock.now() - actedBefore);
          return asked.length === 1 ? 7 : 0;
        },
      },
      clock,
      settings: sampleSettings(),
      onTrouble: ({ message }) => told.push(message),
    });
    await clock.settle();
    assert.deepEqual(asked, []);
    await clock.advance(2 * hour);
    stop();
    assert.deepEqual(asked, [30 * 24 * hour, 30 * 24 * hour]);
    assert.deepEqual(told, ['7 received mails were forgotten: no node took them in for 30 days.']);
  });
});
