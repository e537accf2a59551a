import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import type { EmailError } from '../../nodes/lib/kernel/errors.ts';
import { holdsItsLease } from '../../nodes/lib/postgres/instance-tables.ts';
import { type InstanceOptions, joinInstances } from '../../nodes/lib/postgres/instances.ts';
import {
  buryUnheard,
  type InstancePlace,
  recoverBuried,
} from '../../nodes/lib/postgres/recover-instances.ts';
import { openCuttableProxy } from '../support/cuttable-proxy.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { until } from '../support/until.ts';

const appId = 'app';

describe('joinInstances', () => {
  let fresh: FreshDatabase;
  let place: InstancePlace;
  beforeEach(async () => {
    fresh = await freshDatabase();
    place = { database: await fresh.open(), appId, instance: randomUUID() };
  });
  afterEach(() => fresh.drop());

  function join(options: Partial<InstanceOptions> = {}, at = place) {
    return joinInstances(at, {
      clock: systemClock,
      elapsed: () => performance.now(),
      recover: async () => {},
      onTrouble: (error: EmailError) => assert.fail(error),
      ...options,
    });
  }

  const living = () => place.database.query<{ id: string }>('SELECT id FROM email_app.instance');
  const dead = () => place.database.query<{ id: string }>('SELECT id FROM email_app.dead_instance');
  const age = (seconds: number, id = place.instance) =>
    place.database.query(
      `UPDATE email_app.instance SET seen_at = clock_timestamp() - $1 * interval '1 second' WHERE id = $2`,
      [seconds, id],
    );
  const addOther = async (seconds: number): Promise<string> => {
    const id = randomUUID();
    await place.database.query(`INSERT INTO email_app.instance VALUES ($1, $2, now())`, [appId, id]);
    await age(seconds, id);
    return id;
  };

  it('lives from its beginning to its end, and gives what it held back itself', async () => {
    const recovered: string[] = [];
    const instance = await join({ recover: async (id) => void recovered.push(id) });
    assert.deepEqual([instance.isFresh(), await living()], [true, [{ id: place.instance }]]);
    await instance.leave();
    assert.deepEqual([instance.isFresh(), await living(), await dead()], [false, [], []]);
    assert.deepEqual(recovered, [place.instance]);
  });

  it('says each five seconds that it lives', async () => {
    const clock = fakeClock();
    const instance = await join({ clock });
    await age(25);
    await clock.advance(5_000);
    await until(async () => {
      const sql = `SELECT FROM email_app.instance WHERE seen_at > now() - interval '5 seconds'`;
      return (await place.database.query(sql)).length === 1;
    });
    await instance.leave();
  });

  for (const [name, jump] of [
    ['time passes', { elapsed: 20_000, now: 0 }],
    ['the machine slept', { elapsed: 0, now: 20_000 }],
  ] as const) {
    it(`is not fresh when it was not heard while ${name}`, async () => {
      let passed = 0;
      let now = 0;
      const clock = { ...fakeClock(), now: () => now };
      const instance = await join({ clock, elapsed: () => passed });
      [passed, now] = [jump.elapsed && jump.elapsed - 1, jump.now && jump.now - 1];
      assert.equal(instance.isFresh(), true);
      [passed, now] = [jump.elapsed, jump.now];
      assert.equal(instance.isFresh(), false);
    });
  }

  it('has a dead one recovered once, by one of many, and no living one', async () => {
    const late = await addOther(25);
    const gone = await addOther(31);
    const recovered: string[] = [];
    const recover = async (id: string) => {
      recovered.push(id);
      await new Promise((resolve) => setTimeout(resolve, 50));
    };
    const others = await Promise.all(
      Array.from({ length: 4 }, async () => ({
        ...place,
        database: await fresh.open(),
        instance: randomUUID(),
      })),
    );
    await Promise.all(
      others.map(async (other) => {
        await buryUnheard(other);
        await recoverBuried(other, recover);
      }),
    );
    assert.deepEqual(recovered, [gone]);
    assert.deepEqual([await living(), await dead()], [[{ id: late }], []]);
  });

  it('passes over one that another recovered meanwhile', async () => {
    const gone = [await addOther(31), await addOther(31)].sort();
    await buryUnheard(place);
    const recovered: string[] = [];
    const other = { ...place, instance: randomUUID() };
    await recoverBuried(place, async (id) => {
      recovered.push(id);
      await recoverBuried(other, async (next) => void recovered.push(next));
    });
    assert.deepEqual(recovered.sort(), gone);
  });

  it('is recovered by the next one when whoever recovers it fails', async () => {
    const gone = await addOther(31);
    await buryUnheard(place);
    const failing = async () => {
      throw new Error('no');
    };
    await assert.rejects(recoverBuried(place, failing));
    assert.deepEqual(await dead(), [{ id: gone }]);
    const recovered: string[] = [];
    await recoverBuried(place, async (id) => void recovered.push(id));
    assert.deepEqual([recovered, await dead()], [[gone], []]);
  });

  it('takes nothing in its name once it is taken for dead, and lives again when it was recovered', async () => {
    const clock = fakeClock();
    const instance = await join({ clock });
    const holds = async () => {
      const sql = `SELECT ${holdsItsLease('$1', '$2')} AS holds`;
      return (await place.database.query<{ holds: boolean }>(sql, [appId, place.instance]))[0]?.holds;
    };
    assert.equal(await holds(), true);
    await age(31);
    await buryUnheard(place);
    assert.equal(await holds(), false);
    const other = { ...place, instance: randomUUID() };
    await recoverBuried(other, async () => {
      await clock.advance(5_000);
      await new Promise((resolve) => setTimeout(resolve, 200));
      assert.equal(await holds(), false, 'lived while it was recovered');
    });
    await clock.advance(5_000);
    await until(async () => (await holds()) === true);
    await instance.leave();
  });

  it('makes whoever declares it dead wait for what it is taking at that moment', async () => {
    const instance = await join({ clock: fakeClock() });
    const order: string[] = [];
    let buried: Promise<unknown> = Promise.resolve();
    await place.database.transaction(async (tx) => {
      await tx.query(`SELECT ${holdsItsLease('$1', '$2')}`, [appId, place.instance]);
      await age(31);
      buried = buryUnheard(place).then(() => order.push('buried'));
      await new Promise((resolve) => setTimeout(resolve, 200));
      order.push('taken');
    });
    await buried;
    assert.deepEqual(order, ['taken', 'buried']);
    await instance.leave();
  });

  it('tells of a database that it cannot reach, and leaves it in time', async () => {
    const proxy = await openCuttableProxy(fresh.address.port);
    const database = await fresh.open({ address: { ...fresh.address, port: proxy.port } });
    const clock = fakeClock();
    const troubles: string[] = [];
    const at = { ...place, database };
    const instance = await join({ clock, onTrouble: ({ code }) => troubles.push(code) }, at);
    proxy.cut();
    await proxy.close();
    await clock.advance(5_000);
    await until(() => troubles.includes('store-unavailable'));
    await instance.leave();
    assert.deepEqual(await living(), [{ id: place.instance }]);
  });
});
