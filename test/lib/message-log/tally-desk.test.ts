import assert from 'node:assert/strict';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { TallyDesk } from '../../../nodes/lib/message-log/tally-desk.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { memoryEventLog } from '../../support/memory-event-log.ts';
import { memoryEventTally } from '../../support/memory-event-tally.ts';

function stage() {
  const clock = fakeClock();
  const events = memoryEventLog();
  const memory = memoryEventTally(events);
  const troubles: string[] = [];
  const rolls: number[] = [];
  let failure: EmailError | undefined;
  const tally = {
    ...memory,
    async roll() {
      rolls.push(clock.now());
      if (failure) throw failure;
      await memory.roll();
    },
  };
  const desk = new TallyDesk({ events, tally, clock, onTrouble: ({ code }) => troubles.push(code) });
  const send = () => events.append([{ type: 'email.sent', at: clock.now() }]);
  const fail = (code?: 'store-unavailable' | 'app-closed') => {
    failure = code && new EmailError(code);
  };
  return { clock, desk, rolls, troubles, send, fail, memory };
}

describe('TallyDesk', () => {
  it('counts soon after the start what was logged before', async () => {
    const { clock, rolls, desk } = stage();
    await clock.advance(60_000);
    assert.equal(rolls.length, 1);
    await desk.close();
  });

  it('counts every ten seconds while events come, and not otherwise', async () => {
    const { clock, desk, rolls, send, memory } = stage();
    await clock.advance(10_000);
    for (let second = 0; second < 30; second += 1) {
      await send();
      await clock.advance(1000);
    }
    await clock.advance(60_000);
    assert.ok(rolls.length >= 4 && rolls.length <= 5, `${rolls.length} times`);
    assert.equal((await memory.totals()).sent, 30);
    await desk.close();
    assert.equal(clock.pending(), 0);
  });

  it('counts before it is read', async () => {
    const { clock, desk, rolls, send } = stage();
    await send();
    assert.equal((await desk.totals()).sent, 1);
    await send();
    const [hour] = await desk.read(0);
    assert.equal(hour?.counts.sent, 2);
    await desk.read(0);
    assert.equal(rolls.length, 2, 'not again for nothing');
    await clock.advance(60_000);
    assert.equal(rolls.length, 2);
    await desk.close();
  });

  it('tells of trouble once, tries again, and throws it at who reads', async () => {
    const { clock, desk, troubles, send, fail } = stage();
    await send();
    fail('store-unavailable');
    await clock.advance(60_000);
    assert.deepEqual(troubles, ['store-unavailable']);
    await assert.rejects(desk.totals(), { code: 'store-unavailable' });
    fail();
    await clock.advance(10_000);
    assert.equal((await desk.totals()).sent, 1);
    await desk.close();
  });

  it('does not complain of a store that was closed meanwhile', async () => {
    const { clock, desk, troubles, fail } = stage();
    fail('app-closed');
    await clock.advance(10_000);
    await desk.close();
    assert.deepEqual([troubles, clock.pending()], [[], 0]);
  });
});
