import assert from 'node:assert/strict';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { claimInPace } from '../../../nodes/lib/outbound/claim-in-pace.ts';
import type { OutboxEntry } from '../../../nodes/lib/outbound/outbox.ts';
import type { Pace } from '../../../nodes/lib/outbound/pace.ts';

/** `due` mails wait, each to as many; the other machines leave `free` of the pace. */
function stage({ due = 10, free = 10, recipients = 1 } = {}) {
  const said = { free, claims: [] as number[], rates: [] as number[] };
  const pace: Pace = {
    take: async (wanted, perSecond) => {
      const taken = Math.min(wanted, said.free);
      said.rates.push(perSecond);
      said.free -= taken;
      return taken;
    },
    giveBack: async (count) => {
      said.free += count;
    },
    setLeft: async () => {},
  };
  const outbox = {
    claim: async (limit: number) => {
      said.claims.push(limit);
      return Array.from({ length: Math.min(limit, due) }, () => ({}) as OutboxEntry);
    },
  };
  const costOf = (claimed: readonly OutboxEntry[]) => claimed.length * recipients;
  return { said, rooms: { outbox, pace, perSecond: 8, costOf } };
}

describe('claimInPace', () => {
  it('claims as many as there are places for where one machine sends', async () => {
    const { said, rooms } = stage();
    const claimed = await claimInPace(4, 0, { ...rooms, pace: undefined });
    assert.deepEqual([claimed.length, said.claims], [4, [4]]);
  });

  it('claims no more than the other machines have left', async () => {
    const { said, rooms } = stage({ free: 3 });
    const claimed = await claimInPace(4, 0, rooms);
    assert.deepEqual([claimed.length, said], [3, { free: 0, claims: [3], rates: [8] }]);
  });

  it('asks the outbox for nothing when nothing is left, and nobody when there is no place', async () => {
    const { said, rooms } = stage({ free: 0 });
    assert.deepEqual(await claimInPace(4, 0, rooms), []);
    assert.deepEqual(await claimInPace(0, 0, rooms), []);
    assert.deepEqual(said, { free: 0, claims: [], rates: [8] });
  });

  it('gives back what it has no mail for', async () => {
    const { said, rooms } = stage({ due: 1 });
    await claimInPace(4, 0, rooms);
    assert.equal(said.free, 9);
  });

  it('takes more afterwards for mails to several, where recipients count', async () => {
    const { said, rooms } = stage({ free: 10, recipients: 3 });
    await claimInPace(4, 0, rooms);
    assert.equal(said.free, -2);
  });

  it('loses no claimed mail when nothing can be given back', async () => {
    const { rooms } = stage({ due: 1 });
    const giveBack = () => Promise.reject(new EmailError('store-unavailable', { retryable: true }));
    const claimed = await claimInPace(4, 0, { ...rooms, pace: { ...rooms.pace, giveBack } });
    assert.equal(claimed.length, 1);
  });
});
