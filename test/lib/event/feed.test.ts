import assert from 'node:assert/strict';
import type { EmailEvent, EventType } from '../../../nodes/lib/event/event-log.ts';
import { type FeedState, openFeed } from '../../../nodes/lib/event/feed.ts';
import type { Claims } from '../../../nodes/lib/kernel/claims.ts';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { memoryEventLog } from '../../support/memory-event-log.ts';
import { sharedClaims } from '../../support/shared-claims.ts';

const minute = 60_000;

function stage() {
  const clock = fakeClock();
  const log = memoryEventLog();
  const had: number[] = [];
  const states: FeedState[] = [];
  const troubles: string[] = [];
  const world = { failing: false, notes: 0, hold: undefined as Promise<void> | undefined };
  const events = {
    ...log,
    read: (options: Parameters<typeof log.read>[0]) => {
      if (world.failing) return Promise.reject(new EmailError('store-unavailable', { retryable: true }));
      return log.read(options);
    },
    setPosition: (reader: string, position: string) => {
      world.notes += 1;
      return log.setPosition(reader, position);
    },
  };
  const open = (types?: readonly EventType[], reader = 'n1', claims?: Claims) =>
    openFeed({
      events,
      reader,
      claims,
      types,
      clock,
      random: () => 0.5,
      deliver: async ({ at }: EmailEvent) => {
        had.push(at);
        await world.hold;
      },
      onState: (state) => states.push(state),
      onTrouble: ({ code }) => troubles.push(code),
    });
  const append = (...times: number[]) =>
    log.append(times.map((at) => ({ type: 'email.bounced' as const, at })));
  return { clock, log, had, states, troubles, world, open, append };
}

describe('openFeed', () => {
  it('gives a new reader what happens from now on, in order', async () => {
    const { clock, had, open, append } = stage();
    await append(1, 2);
    const feed = open();
    await clock.settle();
    await append(3);
    await append(5, 4);
    await clock.settle();
    await feed.close();
    assert.deepEqual(had, [3, 5, 4]);
  });

  it('goes on where it was, after a restart', async () => {
    const { clock, had, open, append } = stage();
    await open().close();
    const first = open();
    await clock.settle();
    await append(1, 2);
    await clock.settle();
    await first.close();
    await append(3, 4);
    const second = open();
    await clock.settle();
    await second.close();
    assert.deepEqual(had, [1, 2, 3, 4]);
  });

  it('gives nothing twice if it ends in the middle of many', async () => {
    const { clock, had, world, open, append } = stage();
    const first = open();
    await clock.settle();
    let release = (): void => {};
    world.hold = new Promise((resolve) => {
      release = resolve;
    });
    await append(1, 2, 3);
    await clock.settle();
    assert.deepEqual(had, [1], 'the next one waits for the reader');
    const closed = first.close();
    release();
    await closed;
    world.hold = undefined;
    const second = open();
    await clock.settle();
    await second.close();
    assert.deepEqual(had, [1, 1, 2, 3], 'only what was on its way at the end comes again');
  });

  it('gives all of a long log, and says that it is behind until then', async () => {
    const { clock, had, states, open, append } = stage();
    const feed = open();
    await clock.settle();
    await append(...Array.from({ length: 250 }, (_, at) => at));
    while (had.length < 250) await clock.settle();
    await feed.close();
    assert.deepEqual(
      had,
      Array.from({ length: 250 }, (_, at) => at),
    );
    assert.deepEqual([states[0]?.isBehind, states.at(-1)?.isBehind], [true, false]);
    assert.equal(states.at(-1)?.last.at, 249);
  });

  it('gives the types that were asked for, and notes now and then how far it looked', async () => {
    const { clock, log, had, world, open, append } = stage();
    const feed = open(['app.paused']);
    await clock.settle();
    await append(1);
    await clock.settle();
    await log.append([{ type: 'app.paused', at: 2 }]);
    await clock.settle();
    assert.deepEqual(had, [2]);
    const before = world.notes;
    await append(3);
    await clock.settle();
    assert.equal(world.notes, before);
    await clock.advance(minute);
    await append(4);
    await clock.settle();
    assert.equal(world.notes, before + 1);
    await feed.close();
    assert.equal(await log.position('n1'), await log.end());
  });

  it('keeps readers apart', async () => {
    const { clock, had, open, append } = stage();
    const feeds = [open(undefined, 'n1'), open(undefined, 'n2')];
    await clock.settle();
    await append(1);
    await clock.settle();
    await Promise.all(feeds.map((feed) => feed.close()));
    assert.deepEqual(had, [1, 1]);
  });

  it('tells once of a store that fails, tries again, and goes on', async () => {
    const { clock, had, troubles, world, open, append } = stage();
    const feed = open();
    await clock.settle();
    world.failing = true;
    await append(1);
    await clock.advance(10_000);
    assert.deepEqual(troubles, ['store-unavailable']);
    world.failing = false;
    await clock.advance(minute);
    assert.deepEqual(had, [1]);
    await feed.close();
  });

  describe('on several machines', () => {
    it('gives each event to one of them, and to the other when the first ends', async () => {
      const { clock, had, open, append } = stage();
      const claims = sharedClaims();
      const [first, second] = [open(undefined, 'n1', claims), open(undefined, 'n1', claims)];
      await clock.settle();
      await append(1, 2);
      await clock.settle();
      assert.deepEqual(had, [1, 2]);
      await first.close();
      await append(3);
      await clock.advance(5000);
      await second.close();
      assert.deepEqual(had, [1, 2, 3]);
    });

    it('goes on from the place on disk after its turn was lost', async () => {
      const { clock, had, log, open, append } = stage();
      const claims = sharedClaims();
      const feed = open(undefined, 'n1', claims);
      await clock.settle();
      await append(1);
      await clock.settle();
      claims.lose('reader:n1');
      const other = await claims.take('reader:n1', () => {});
      await append(2, 3);
      await clock.settle();
      await log.setPosition('n1', (await log.end()) ?? '');
      await other?.release();
      await append(4);
      await clock.advance(5000);
      await feed.close();
      assert.deepEqual(had, [1, 4]);
    });
  });
});
