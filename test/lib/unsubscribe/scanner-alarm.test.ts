import assert from 'node:assert/strict';
import type { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import type { PartRecord } from '../../../nodes/lib/outbound/outbox.ts';
import { scannerAlarm } from '../../../nodes/lib/unsubscribe/scanner-alarm.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const minute = 60_000;

/** An alarm over mails by id, each with what the outbox knows of it. */
function stage() {
  const clock = fakeClock();
  const mails = new Map<string, Partial<PartRecord>>();
  const troubles: EmailError[] = [];
  let lookups = 0;
  const alarm = scannerAlarm({
    find: async (emailId) => {
      lookups += 1;
      return mails.get(emailId) as PartRecord | undefined;
    },
    clock,
    onTrouble: (error) => troubles.push(error),
  });
  let count = 0;
  /** So many leave now, by mails that were sent so long ago. */
  const leave = (mailCount: number, age: number) => {
    for (let left = mailCount; left > 0; left -= 1) {
      count += 1;
      mails.set(`mail-${count}`, { state: 'sent', settledAt: clock.now() - age });
      alarm.left(`mail-${count}`);
    }
  };
  const lookedUp = () => lookups;
  return { clock, mails, troubles, alarm, leave, lookedUp };
}

describe('scannerAlarm', () => {
  it('tells of ten who leave within two minutes after their mails were sent, with the counts', async () => {
    const { clock, troubles, leave } = stage();
    leave(10, minute);
    assert.deepEqual(troubles, []);
    await clock.advance(minute);
    assert.deepEqual(
      troubles.map(({ code, detail }) => ({ code, detail })),
      [{ code: 'scanner-suspected', detail: { count: 10, quick: 10 } }],
    );
  });

  for (const [what, soon, late, told] of [
    ['nine', 9, 0, 0],
    ['as many late as soon', 10, 10, 0],
    ['more soon than late', 11, 10, 1],
    ['many late ones', 0, 90, 0],
  ] as const) {
    it(`tells ${told ? '' : 'nothing '}of ${what}`, async () => {
      const { clock, troubles, leave } = stage();
      leave(soon, 1000);
      leave(late, 2 * minute);
      await clock.advance(minute);
      assert.equal(troubles.length, told);
    });
  }

  it('counts a mail that is still in the hands of the route, and none that it does not know', async () => {
    for (const [record, told] of [
      [{ state: 'sending' }, 1],
      [{ state: 'queued' }, 0],
      [undefined, 0],
    ] as const) {
      const { clock, mails, troubles, alarm } = stage();
      for (let n = 0; n < 10; n += 1) {
        if (record) mails.set(`m${n}`, record);
        alarm.left(`m${n}`);
      }
      await clock.advance(minute);
      assert.equal(troubles.length, told);
    }
  });

  it('takes ten minutes together, and no more', async () => {
    for (const [pause, told] of [
      [minute, 1],
      [3 * minute, 0],
    ] as const) {
      const { clock, troubles, leave } = stage();
      for (let round = 0; round < 5; round += 1) {
        leave(2, 1000);
        await clock.advance(pause);
      }
      assert.equal(troubles.length, told);
    }
  });

  it('tells once an hour', async () => {
    const { clock, troubles, leave } = stage();
    for (let half = 1; half <= 4; half += 1) {
      leave(20, 1000);
      await clock.advance(30 * minute);
    }
    assert.equal(troubles.length, 2);
  });

  it('counts one who presses again once', async () => {
    const { clock, troubles, mails, alarm } = stage();
    mails.set('m', { state: 'sent', settledAt: clock.now() });
    for (let press = 0; press < 50; press += 1) alarm.left('m');
    await clock.advance(minute);
    assert.deepEqual(troubles, []);
  });

  it('asks the store nothing for few, and of a flood for the newest hundred', async () => {
    const few = stage();
    few.leave(9, 1000);
    await few.clock.advance(minute);
    assert.equal(few.lookedUp(), 0);
    const flood = stage();
    flood.leave(5000, 10 * minute);
    await flood.clock.advance(minute);
    assert.equal(flood.lookedUp(), 100);
  });

  it('survives a store that fails, and looks again', async () => {
    const clock = fakeClock();
    let fails = true;
    const troubles: EmailError[] = [];
    const alarm = scannerAlarm({
      find: async () => {
        if (fails) throw new Error('gone');
        return { state: 'sending' } as PartRecord;
      },
      clock,
      onTrouble: (error) => troubles.push(error),
    });
    for (let n = 0; n < 10; n += 1) alarm.left(`a${n}`);
    await clock.advance(minute);
    fails = false;
    alarm.left('b');
    await clock.advance(minute);
    assert.equal(troubles.length, 1);
  });

  it('leaves no timer behind', () => {
    const { clock, alarm, leave } = stage();
    leave(20, 1000);
    alarm.close();
    assert.equal(clock.pending(), 0);
  });
});
