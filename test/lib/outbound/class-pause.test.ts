import assert from 'node:assert/strict';
import { ClassPause } from '../../../nodes/lib/outbound/class-pause.ts';
import { classPause, endOfTime } from '../../../nodes/lib/outbound/outbox.ts';
import { fakeClock } from '../../support/fake-clock.ts';

function stage() {
  const clock = fakeClock();
  const notes = new Map<string, string | undefined>();
  const pauses: [string, number][] = [];
  const outbox = {
    readNote: async (name: string) => notes.get(name),
    writeNote: async (name: string, value: string | undefined) => void notes.set(name, value),
    pauseDomain: async (name: string, until: number) => void pauses.push([name, until]),
  };
  return { clock, pauses, open: () => new ClassPause(outbox, 'marketing', clock) };
}

const name = classPause('marketing');

describe('ClassPause', () => {
  it('holds the class until it is resumed', async () => {
    const { clock, pauses, open } = stage();
    const pause = open();
    await pause.pause('too many bounces');
    assert.equal(pause.reason, 'too many bounces');
    assert.equal(await pause.resume(), true);
    assert.equal(pause.reason, undefined);
    assert.deepEqual(pauses, [
      [name, endOfTime],
      [name, clock.now()],
    ]);
  });

  it('holds it after a restart, also if the pause itself was cut off', async () => {
    const { pauses, open } = stage();
    await open().pause('too many bounces');
    pauses.length = 0;
    const again = open();
    await again.open();
    assert.equal(again.reason, 'too many bounces');
    assert.deepEqual(pauses, [[name, endOfTime]]);
  });

  it('can be resumed before its note was read', async () => {
    const { open } = stage();
    await open().pause('too many bounces');
    assert.equal(await open().resume(), true);
    assert.equal(await open().resume(), false);
  });
});
