import assert from 'node:assert/strict';
import type { NewEvent } from '../../nodes/lib/event/event-log.ts';
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import type { Place } from '../../nodes/lib/postgres/database.ts';
import { openEventLog, type PostgresEventLog } from '../../nodes/lib/postgres/postgres-event-log.ts';
import { eventContract } from '../lib/store/event-contract.ts';
import { fixedKeys } from '../support/fixed-keys.ts';
import { type FreshPlace, freshPlace, joinPlace } from '../support/postgres.ts';
import { until } from '../support/until.ts';

const bounced = (at: number, more: Partial<NewEvent> = {}): NewEvent => ({
  type: 'email.bounced',
  at,
  ...more,
});

describe('postgresEventLog', () => {
  let place: FreshPlace;
  let opened: PostgresEventLog[];
  before(async () => {
    place = await freshPlace();
  });
  after(() => place.end());
  beforeEach(() => {
    opened = [];
  });
  afterEach(() => {
    for (const log of opened) log.close();
  });

  let apps = 0;
  const nextApp = () => `app${++apps}`;
  const join = (appId: string) => joinPlace(place.database, appId);
  async function openLog(on: Place): Promise<PostgresEventLog> {
    const owner = { appId: on.appId, name: 'Shop' };
    const log = await openEventLog(on, {
      ...{ owner, keys: fixedKeys(), clock: systemClock },
      find: async (places) => places.map(() => undefined),
    });
    opened.push(log);
    return log;
  }
  const timesOf = async (log: PostgresEventLog, after?: string) =>
    (await log.read({ after, limit: 1000 })).events.map(({ at }) => at);

  describe('as any log', () => {
    eventContract(async () => openLog(await join(nextApp())));
  });

  describe('on several machines', () => {
    let one: PostgresEventLog;
    let other: PostgresEventLog;
    let appId: string;
    beforeEach(async () => {
      appId = nextApp();
      [one, other] = [await openLog(await join(appId)), await openLog(await join(appId))];
    });

    /** A writer that has its number, and is slow to commit. */
    async function slowWriter(at: number): Promise<{ commit(): Promise<void> }> {
      const connection = await place.database.connect();
      await connection.query('BEGIN');
      await connection.query("INSERT INTO email_app.event (app, at, type) VALUES ($1, $2, 'app.paused')", [
        appId,
        at,
      ]);
      return {
        async commit() {
          await connection.query('COMMIT');
          await connection.end();
        },
      };
    }

    it('steps over no writer that commits late', async () => {
      await one.append([bounced(1)]);
      const writer = await slowWriter(2);
      await other.append([bounced(3)]);
      const page = await one.read({ limit: 10 });
      assert.deepEqual(
        page.events.map(({ at }) => at),
        [1],
      );
      assert.equal(await one.end(), page.position, 'a new reader begins before them');
      await writer.commit();
      assert.deepEqual(await timesOf(one, page.position), [2, 3]);
    });

    it('looks again for what a transaction held back that tells nobody', async () => {
      const connection = await place.database.connect();
      await connection.query('BEGIN');
      await connection.query('SELECT pg_current_xact_id()');
      await one.append([bounced(1)]);
      let told = 0;
      other.onAppended(() => {
        told += 1;
      });
      assert.deepEqual(await timesOf(other), []);
      await connection.query('ROLLBACK');
      await connection.end();
      await until(() => told > 0);
      assert.deepEqual(await timesOf(other), [1]);
    });

    it('gives a reader all that many write at the same time, once, and each writer’s in its order', async () => {
      const writers = [one, other, await openLog(await join(appId))];
      const perWriter = 60;
      const seen: number[] = [];
      let position: string | undefined;
      const writing = Promise.all(
        writers.map(async (log, writer) => {
          for (let n = 0; n < perWriter; n += 1) await log.append([bounced(writer * 1000 + n)]);
        }),
      );
      await until(async () => {
        const page = await other.read({ after: position, limit: 7 });
        seen.push(...page.events.map(({ at }) => at));
        position = page.position ?? position;
        return seen.length >= perWriter * writers.length;
      });
      await writing;
      assert.deepEqual(await timesOf(other, position), []);
      for (const writer of writers.keys()) {
        const own = seen.filter((at) => Math.floor(at / 1000) === writer);
        assert.deepEqual(
          own,
          Array.from({ length: perWriter }, (_, n) => writer * 1000 + n),
        );
      }
    });

    it('keeps a fact once that two machines tell at the same time, whatever the order', async () => {
      const facts = Array.from({ length: 50 }, (_, n) => bounced(n, { key: `fact ${n}` }));
      const fresh = await Promise.all([one.append(facts), other.append([...facts].reverse())]);
      assert.equal(fresh.flat().length, 50);
      assert.equal(new Set(fresh.flat().map(({ id }) => id)).size, 50);
      assert.equal((await timesOf(one)).length, 50);
    });

    it('wakes the readers of all machines of the app, and of no other', async () => {
      const stranger = await openLog(await join(nextApp()));
      let [told, strange] = [0, 0];
      other.onAppended(() => {
        told += 1;
      });
      stranger.onAppended(() => {
        strange += 1;
      });
      // listening begins beside the opening
      await until(async () => {
        await one.append([bounced(1)]);
        return told > 0;
      });
      assert.equal(strange, 0);
    });

    it('wakes readers once a dead instance was recovered: it may have told nobody', async () => {
      let told = 0;
      one.onAppended(() => {
        told += 1;
      });
      await one.recoverDead('gone');
      assert.equal(told, 1);
    });

    it('remembers for all machines where a reader is', async () => {
      await one.append([bounced(1)]);
      await one.setPosition('n1', String(await one.end()));
      assert.equal(await other.position('n1'), await other.end());
    });
  });

  it('goes on after its rows were put into a server that has counted fewer transactions', async () => {
    const on = await join(nextApp());
    const before = await openLog(on);
    await before.append([bounced(1), bounced(2)]);
    await before.append([bounced(3)]);
    const [first] = (await before.read({ limit: 1 })).positions;
    await before.setPosition('n1', String(first));
    for (const table of ['event', 'event_reader'])
      await place.database.query(`UPDATE email_app.${table} SET turn = turn + 1e12 WHERE app = $1`, [
        on.appId,
      ]);
    assert.deepEqual(await timesOf(before), [], 'as it would be');
    const [log] = await Promise.all([openLog(on), openLog(on)]);
    await log.append([bounced(4)]);
    assert.deepEqual(await timesOf(log), [1, 2, 3, 4]);
    assert.deepEqual(await timesOf(log, await log.position('n1')), [2, 3, 4]);
  });

  it('keeps nothing of an event in the clear but when and what it was', async () => {
    const on = await join(nextApp());
    const log = await openLog(on);
    const secret = {
      recipient: 'ann@a.example',
      detail: { reason: 'Ann is away' },
      key: 'bounce ann@a.example',
    };
    await log.append([bounced(1, { ...secret, emailId: 'm1' })]);
    const [row] = await place.database.query<object>('SELECT * FROM email_app.event WHERE app = $1', [
      on.appId,
    ]);
    const kept = Object.values(row ?? {}).map((value) =>
      Buffer.isBuffer(value) ? value.toString('latin1') : String(value),
    );
    assert.ok(kept.includes('m1'));
    assert.doesNotMatch(kept.join('\n'), /ann|away/i);
  });
});
