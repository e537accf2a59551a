import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import type { KeyRing } from '../../nodes/lib/keys/key-ring.ts';
import { type Kind, kinds, type MovableStore } from '../../nodes/lib/move/kept.ts';
import { openMovableDatabase } from '../../nodes/lib/move/movable-database.ts';
import { openMovableFile } from '../../nodes/lib/move/movable-file.ts';
import { type MoveStep, moveApp } from '../../nodes/lib/move/move-app.ts';
import { openPostgresStore } from '../../nodes/lib/postgres/open-postgres-store.ts';
import { requireStaying } from '../../nodes/lib/store/move-mark.ts';
import type { AppStore } from '../../nodes/lib/store/open-app-store.ts';
import { assertRefused } from '../support/assert-refused.ts';
import { fillApp } from '../support/filled-app.ts';
import { newRequest } from '../support/new-request.ts';
import { type FreshPlace, freshPlace, joinPlace } from '../support/postgres.ts';
import { temporaryFolder } from '../support/sqlite-outbox.ts';
import { openTestStore, storeWorker } from '../support/sqlite-suppressions.ts';

const owner = { appId: 'app', name: 'App' };

describe('moveApp', function () {
  this.timeout(60_000);
  let place: FreshPlace;
  let folder: string;
  let remove: () => void;

  const file = (name = 'from') =>
    openMovableFile({
      ...{ folder: join(folder, name), workerFile: storeWorker, now: 10_000, unknown: 'hold' },
      ...{ maxWaiting: 10_000, nodeVersion: process.versions.node, owner },
      randomBytes: (count) => new Uint8Array(count),
    });
  const database = (keys: KeyRing) =>
    openMovableDatabase({
      database: place.database,
      appId: 'app',
      instance: randomUUID(),
      name: 'the database',
      keys,
    });
  const openFile = (name = 'from') => openTestStore(join(folder, name), { owner, maxWaiting: 10_000 });
  /** The keys go with the app's folder, wherever its rows are. */
  const anotherFolder = (name: string) =>
    cpSync(join(folder, 'from', 'keys.json'), join(folder, name, 'keys.json'), { recursive: true });
  const all = async (store: MovableStore) => {
    const found: Partial<Record<Kind, unknown[]>> = {};
    for (const kind of kinds) {
      found[kind] = [];
      for await (const page of store.shelves[kind].read())
        found[kind].push(...page.map((record) => plain(record)));
    }
    return { ...found, list: await store.readList() };
  };

  beforeEach(async () => {
    place = await freshPlace('app');
    await place.database.query('DELETE FROM email_app.instance');
    ({ folder, remove } = temporaryFolder());
    const store = await openFile();
    await fillApp(store);
    await store.close();
  });
  afterEach(async () => {
    await place.end();
    remove();
  });

  it('takes all of an app to PostgreSQL and back into a file', async () => {
    const from = await file();
    const before = await all(from);
    for (const kind of kinds) assert.ok(before[kind]?.length, `there is no ${kind} to move`);
    const between = await database(from.keys);
    const steps: MoveStep[] = [];
    const counts = await moveApp(from, between, (step) => steps.push(step));
    assert.deepEqual(await all(between), before);
    assert.equal(counts.copy, before.copy?.length);
    assert.deepEqual(steps.at(-1), { kind: 'note', done: counts.note, total: counts.note });
    await from.close();
    await assertRefused(() => openFile(), 'store-moved');

    anotherFolder('to');
    const to = await file('to');
    await moveApp(between, to);
    assert.deepEqual(await all(to), before);
    await to.close();
    await assertRefused(() => moveApp(between, between), 'store-moved');
    await goesOn(await openFile('to'));
  });

  it('begins anew after it was cut off anywhere, and the app works where it was until then', async () => {
    const from = await file();
    const before = await all(from);
    await from.close();
    for (const kind of ['request', 'part', 'copy', 'event', 'received', 'note'] as const) {
      const source = await file();
      const target = await database(source.keys);
      const cutOff = moveApp(source, target, (step) => {
        if (step.kind === kind && step.done > 0) throw new Error('cut off');
      });
      await assert.rejects(cutOff, /cut off/);
      await assertRefused(() => requireStaying(target.readNote, target.name), 'store-moving');
      await source.close();
      await (await openFile()).close();
    }
    const source = await file();
    const target = await database(source.keys);
    await moveApp(source, target);
    assert.deepEqual(await all(target), before);
    await requireStaying(target.readNote, target.name);
    await source.close();
  });

  it('lets machines go on in PostgreSQL where the file was left', async () => {
    const from = await file();
    await moveApp(from, await database(from.keys));
    await from.close();
    const store = await openPostgresStore({
      ...{ address: place.fresh.address, instance: randomUUID(), owner, folder: join(folder, 'from') },
      ...{ unknown: 'hold', maxWaiting: 10_000, maxInboundBytes: 10_000_000, clock: systemClock },
      ...{
        elapsed: () => performance.now(),
        randomBytes: (count: number) => new Uint8Array(count),
        onTrouble: () => {},
      },
    });
    await goesOn(store);
  });

  it('is taken up again when it was cut off between the two marks', async () => {
    const source = await file();
    const before = await all(source);
    const target = await database(source.keys);
    const writeNote: MovableStore['writeNote'] = async (name, value) => {
      if (value === undefined) throw new Error('cut off');
      await target.writeNote(name, value);
    };
    await assert.rejects(moveApp(source, { ...target, writeNote }), /cut off/);
    for (const { readNote, name } of [source, target]) await assert.rejects(requireStaying(readNote, name));
    await moveApp(source, target);
    assert.deepEqual(await all(target), before);
    await requireStaying(target.readNote, target.name);
    await source.close();
  });

  it('refuses what is used, and what still runs', async () => {
    const source = await file();
    await assertRefused(() => file(), 'store-in-use');
    const target = await database(source.keys);
    await moveApp(source, target);
    await source.close();
    await openFile('other').then((store) => store.close());
    const other = await file('other');
    await assertRefused(() => moveApp(other, target), 'move-target-used');
    await other.close();
    await joinPlace(place.database, 'app');
    await assertRefused(() => database(source.keys), 'store-in-use');
  });
});

/** What was moved there and back is found and goes on as if nothing had been. */
async function goesOn(
  store: Pick<AppStore, 'outbox' | 'suppressions' | 'webhooks' | 'inbound' | 'events' | 'close'>,
): Promise<void> {
  const { outbox, suppressions, webhooks, inbound, events } = store;
  const found = await suppressions.find(['kept@gmail.com', 'gone@gmail.com', 'erased@gmail.com'], 5000);
  assert.deepEqual([...found.keys()], ['kept@gmail.com', 'erased@gmail.com']);
  assert.equal(await suppressions.count(), 5);
  const idempotency = { key: 'order-1', fingerprint: 'f1', scope: 'caller' };
  const again = await outbox.accept(newRequest(['failed@a.example'], { id: 'again', idempotency }));
  assert.equal(again.kind, 'repeated');
  assert.deepEqual(
    (await outbox.unreported('node-1', 10)).map(({ record }) => record.id).includes('sent'),
    true,
  );
  const { waiting, scheduled, sending, unknown } = await outbox.counts(10_000);
  assert.deepEqual([waiting + scheduled, sending, unknown], [3 + 1370, 0, 1]);
  const rest = await events.read({ after: await events.position('reader at the end'), limit: 10 });
  assert.deepEqual(rest.events, []);
  const due = await outbox.claim(2000, 10_000);
  assert.equal(new Set(due.map(({ part }) => part.id)).size, due.length);
  assert.deepEqual(await webhooks.counts('n1').then(({ waiting, dead }) => [waiting, dead]), [3, 1]);
  assert.deepEqual((await webhooks.claim('n1', 10, 4000)).map(({ id }) => id).sort(), ['w1', 'w4']);
  assert.deepEqual(await inbound.counts(), { waiting: 2, setAside: 1 });
  await store.close();
}

/** What is the same in both stores, in one order. */
function plain(record: unknown): unknown {
  const text = JSON.stringify(record, (_, value) =>
    value?.type === 'Buffer' || value instanceof Uint8Array
      ? Buffer.from(value.type === 'Buffer' ? value.data : value).toString('base64')
      : value,
  );
  return JSON.parse(text);
}
