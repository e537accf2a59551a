import assert from 'node:assert/strict';
import type { EventLog, NewEvent } from '../../../nodes/lib/event/event-log.ts';

const bounced = (at: number, more: Partial<NewEvent> = {}): NewEvent => ({
  type: 'email.bounced',
  at,
  recipient: `r${at}@example.net`,
  ...more,
});

/** What every event log must do; `open` opens an empty one. */
export function eventContract(open: () => Promise<EventLog>): void {
  let log: EventLog;
  beforeEach(async () => {
    log = await open();
  });

  const readAll = async (options: Partial<Parameters<EventLog['read']>[0]> = {}) =>
    (await log.read({ limit: 100, ...options })).events;

  it('gives events back in order, each with an id of its own and the app', async () => {
    const detail = { severity: 'hard', list: [1, { deep: true }] };
    await log.append([bounced(5), bounced(3, { detail, code: 'x', listTopic: 'news' })]);
    const events = await readAll();
    assert.deepEqual(
      events.map(({ id, ...told }) => told),
      [
        { app: 'Shop', ...bounced(5) },
        { app: 'Shop', ...bounced(3), detail, code: 'x', listTopic: 'news' },
      ],
    );
    assert.equal(new Set(events.map(({ id }) => id)).size, 2);
    assert.deepEqual(await readAll(), events, 'the same again');
  });

  it('keeps a fact that is told twice under one key once', async () => {
    const first = await log.append([bounced(1, { key: 'a' }), bounced(2)]);
    const second = await log.append([bounced(1, { key: 'a' }), bounced(2), bounced(3, { key: 'b' })]);
    assert.deepEqual(
      [first, second].map((fresh) => fresh.map(({ at }) => at)),
      [
        [1, 2],
        [2, 3],
      ],
    );
    assert.deepEqual(
      (await readAll()).map(({ at }) => at),
      [1, 2, 2, 3],
    );
    assert.ok(!('key' in (first[0] ?? {})));
  });

  it('is read on from any position, and by type', async () => {
    await log.append([bounced(1), { ...bounced(2), type: 'email.opened' }, bounced(3), bounced(4)]);
    const first = await log.read({ limit: 1 });
    assert.deepEqual(first.positions, [first.position]);
    const rest = await log.read({ after: first.position, types: ['email.bounced'], limit: 100 });
    assert.deepEqual(
      rest.events.map(({ at }) => at),
      [3, 4],
    );
    assert.deepEqual(
      (await readAll({ after: rest.positions[0] })).map(({ at }) => at),
      [4],
    );
    assert.equal((await log.read({ after: rest.position, limit: 1 })).position, undefined);
  });

  it('moves on over what nobody wants', async () => {
    await log.append([bounced(1), bounced(2)]);
    const { events, position } = await log.read({ types: ['app.paused'], limit: 10 });
    assert.deepEqual(events, []);
    assert.equal(position, await log.end());
  });

  it('remembers where a reader is', async () => {
    assert.equal(await log.position('n1'), undefined);
    await log.append([bounced(1)]);
    await log.setPosition('n1', String(await log.end()));
    await log.setPosition('n2', '0');
    assert.equal(await log.position('n1'), await log.end());
    assert.equal(await log.position('n2'), '0');
  });

  it('tells of what was appended, until told to stop', async () => {
    let told = 0;
    const stop = log.onAppended(() => {
      told += 1;
    });
    await log.append([bounced(1, { key: 'k' })]);
    await log.append([bounced(1, { key: 'k' })]);
    stop();
    await log.append([bounced(2)]);
    assert.equal(told, 1);
  });

  it('forgets what is old and who has not read it, but never the end', async () => {
    await log.append([bounced(1), bounced(2), bounced(30)]);
    const [first, second] = (await log.read({ limit: 2 })).positions;
    await log.setPosition('away', String(first));
    await log.setPosition('there', String(second));
    await log.prune(20);
    assert.deepEqual(
      (await readAll()).map(({ at }) => at),
      [30],
    );
    assert.equal(await log.position('away'), undefined);
    assert.equal(await log.position('there'), second);
    const end = await log.end();
    await log.prune(1000);
    assert.equal(await log.end(), end);
    await log.append([bounced(40)]);
    assert.deepEqual(
      (await readAll({ after: end })).map(({ at }) => at),
      [40],
    );
  });
}
