import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import {
  openPostgresStore,
  type PostgresStore,
  type PostgresStoreOptions,
} from '../../nodes/lib/postgres/open-postgres-store.ts';
import { buryOne } from '../../nodes/lib/postgres/recover-instances.ts';
import { assertRefused } from '../support/assert-refused.ts';
import { openCuttableProxy } from '../support/cuttable-proxy.ts';
import { newRequest } from '../support/new-request.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { until } from '../support/until.ts';

describe('openPostgresStore', () => {
  let fresh: FreshDatabase;
  let folder: string;
  let opened: PostgresStore[];
  beforeEach(async () => {
    fresh = await freshDatabase();
    folder = mkdtempSync(join(tmpdir(), 'email-app-shared-'));
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map((store) => store.close()));
    await fresh.drop();
    rmSync(folder, { recursive: true });
  });

  const folderOf = (machine: string) => join(folder, machine);

  async function open(machine: string, options: Partial<PostgresStoreOptions> = {}): Promise<PostgresStore> {
    const store = await openPostgresStore({
      address: fresh.address,
      instance: randomUUID(),
      owner: { appId: 'app', name: 'App', provider: 'smtp' },
      folder: folderOf(machine),
      unknown: 'hold',
      maxWaiting: 1_000,
      maxInboundBytes: 1_000_000,
      clock: systemClock,
      elapsed: () => performance.now(),
      randomBytes,
      onTrouble: () => {},
      ...options,
    });
    opened.push(store);
    return store;
  }

  /** A second machine, which was given the keys of the first. */
  async function openTwo(): Promise<[PostgresStore, PostgresStore]> {
    const one = await open('one');
    cpSync(folderOf('one'), folderOf('two'), { recursive: true });
    return [one, await open('two')];
  }

  it('has what one machine accepts sent by any other, once', async () => {
    const [one, two] = await openTwo();
    const now = Date.now();
    await one.outbox.accept(newRequest(['p1@example.com'], { reports: false, acceptedAt: now, dueAt: now }));
    const claims = await Promise.all([one.outbox.claim(10, now), two.outbox.claim(10, now)]);
    const [entry, ...others] = claims.flat();
    assert.ok(entry);
    assert.deepEqual(others, []);
    assert.ok(await two.outbox.content(entry.contentId));
  });

  it('lets the other machine have what one that closes had accepted for its own flow', async () => {
    const [one, two] = await openTwo();
    const now = Date.now();
    let takeovers = 0;
    one.onTakeover?.(() => {
      takeovers += 1;
    });
    await one.outbox.accept(newRequest(['p2@example.com'], { reports: true, acceptedAt: now, dueAt: now }));
    assert.deepEqual(await two.outbox.claim(10, now), []);
    await one.close();
    assert.equal((await two.outbox.claim(10, now)).length, 1);
    assert.equal(takeovers, 1);
  });

  it('makes what a dead machine had in its hands unknown', async () => {
    const [one, two] = await openTwo();
    const now = Date.now();
    await one.outbox.accept(newRequest(['p3@example.com'], { reports: true, acceptedAt: now, dueAt: now }));
    const [entry] = await one.outbox.claim(10, now);
    assert.ok(entry);
    const database = await fresh.open();
    const [holder] = await database.query<{ id: string }>('SELECT holder AS id FROM email_app.turn');
    await buryOne({ database, appId: 'app', instance: '' }, holder?.id ?? '');
    await until(async () => (await two.outbox.find(entry.part.id))?.state === 'unknown');
  });

  it('refuses a machine without the keys, and one with others', async () => {
    const one = await open('one');
    await one.outbox.writeNote('used', 'yes');
    const missing = await assertRefused(() => open('two'), 'bad-keys');
    assert.match(missing.message, /several machines of an app need the same file/);
    const elsewhere = await open('three', { owner: { appId: 'another', name: 'Another' } });
    await elsewhere.close();
    await assertRefused(() => open('three'), 'wrong-key');
  });

  it('lets only one of two first machines make the keys', async () => {
    const both = await Promise.allSettled([open('one'), open('two')]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  });

  it('shares notes, the suppression list and claims', async () => {
    const [one, two] = await openTwo();
    await one.outbox.writeNote('pause', 'by hand');
    assert.equal(await two.outbox.readNote('pause'), 'by hand');
    const at = Date.now();
    await one.suppressions.add([{ address: 'ann@example.com', cause: 'manual', method: 'api', at }]);
    assert.equal(await two.suppressions.count(), 1);
    assert.ok(await one.claims?.take('mailbox', () => {}));
    assert.equal(await two.claims?.take('mailbox', () => {}), undefined);
  });

  it('tells the other machine of events that were written', async () => {
    const [one, two] = await openTwo();
    let told = 0;
    two.events.onAppended(() => {
      told += 1;
    });
    // listening begins beside the opening
    await until(async () => {
      await one.events.append([{ type: 'app.paused', at: Date.now() }]);
      return told > 0;
    });
  });

  it('is in trouble while the database is out of reach, takes nothing when that lasts, and mends', async () => {
    const proxy = await openCuttableProxy(fresh.address.port);
    let passed = 0;
    const store = await open('one', {
      address: { ...fresh.address, port: proxy.port },
      elapsed: () => passed,
    });
    let changes = 0;
    store.health.onChange(() => {
      changes += 1;
    });
    proxy.cut();
    await until(async () => {
      await store.outbox.readNote('any').catch(() => {});
      return store.health.trouble !== undefined;
    });
    assert.equal(store.health.trouble?.code, 'store-unavailable');
    await until(async () => {
      await store.health.probe();
      return store.health.trouble === undefined;
    });
    assert.equal(changes, 2);
    passed = 20_000;
    const refusal = await assertRefused(() => store.outbox.claim(1, Date.now()), 'store-unavailable');
    assert.equal(refusal.retryable, true);
    await assertRefused(() => store.suppressions.find([], Date.now()), 'store-unavailable');
    await store.close();
    await proxy.close();
  });

  it('brings forward what was put off by a clock that was ahead, but for what somebody timed', async () => {
    const store = await open('one');
    const now = Date.now();
    const hour = 3_600_000;
    await store.outbox.accept(
      newRequest(['p4@example.com'], { reports: false, acceptedAt: now, dueAt: now + hour }),
    );
    assert.equal(await store.setBack(now, false), false);
    await store.outbox.accept(
      newRequest(['p5@example.com'], { reports: false, acceptedAt: now + hour, dueAt: now + hour }),
    );
    assert.deepEqual(await store.outbox.claim(10, now), []);
    assert.equal(await store.setBack(now, false), true);
    assert.equal((await store.outbox.claim(10, now)).length, 1);
    assert.equal(await store.setBack(now - hour, true), false, 'a clock that is not the database’s');
  });

  it('refuses what comes after its end', async () => {
    const store = await open('one');
    await store.close();
    await assertRefused(() => store.outbox.readNote('any'), 'app-closed');
    await assertRefused(() => store.suppressions.count(), 'app-closed');
  });
});
