import assert from 'node:assert/strict';
import { EmailError } from '../../nodes/lib/kernel/errors.ts';
import type { Outbox, OutboxEntry, Settlement } from '../../nodes/lib/outbound/outbox.ts';
import type { Database } from '../../nodes/lib/postgres/database.ts';
import { claimFree } from '../../nodes/lib/postgres/outbox-claim.ts';
import type { OutboxRoom } from '../../nodes/lib/postgres/outbox-room.ts';
import { newRequest } from '../support/new-request.ts';
import { type OutboxMachines, openOutbox, outboxMachines } from './outbox-place.ts';

describe('postgresOutbox, on several machines', () => {
  let machines: OutboxMachines;
  let [roomA, roomB]: OutboxRoom[] = [];
  let [a, b]: Outbox[] = [];
  const roomOf = (room: OutboxRoom | undefined) => {
    assert.ok(room);
    return room;
  };
  const of = (outbox: Outbox | undefined) => {
    assert.ok(outbox);
    return outbox;
  };

  beforeEach(async () => {
    machines = await outboxMachines();
    [roomA, roomB] = [await machines.join(), await machines.join()];
    [a, b] = [openOutbox(roomA), openOutbox(roomB)];
  });
  afterEach(() => machines.end());

  const idsOf = (entries: readonly OutboxEntry[]) => entries.map(({ part }) => part.id);
  const addresses = (count: number, name = 'p') =>
    Array.from({ length: count }, (_, index) => `${name}${index}@a.example`);
  const outcome = (partId: string, given: Partial<Settlement> = {}): Settlement => ({
    ...{ partId, at: 2000, state: 'sent', code: 'sent', reason: '', attempted: true },
    ...given,
  });

  it('gives each of 10,000 parts to one of them, and settles each once', async () => {
    for (const name of addresses(10, 'r'))
      await of(a).accept(newRequest(addresses(1000, `${name[1]}-`), { id: name, reports: false }));
    const claimed: string[] = [];
    const work = async (outbox: Outbox) => {
      for (;;) {
        const ids = idsOf(await outbox.claim(70, 2000));
        if (ids.length === 0) return;
        claimed.push(...ids);
        assert.equal((await outbox.settle(ids.map((id) => outcome(id)))).length, ids.length);
      }
    };
    await Promise.all([of(a), of(b), openOutbox(await machines.join())].map(work));
    await work(of(a));
    assert.deepEqual([claimed.length, new Set(claimed).size], [10_000, 10_000]);
    const { waiting, sending, scheduled, unknown } = await of(b).counts(2000);
    assert.deepEqual(
      { waiting, sending, scheduled, unknown },
      { waiting: 0, sending: 0, scheduled: 0, unknown: 0 },
    );
  });

  it('takes high priority first, whoever accepted it', async () => {
    await of(a).accept(newRequest(['low@a.example'], { priority: 'low', reports: false }));
    await of(b).accept(newRequest(['normal@a.example'], { reports: false, dueAt: 900 }));
    await of(b).accept(newRequest(['own@a.example'], { reports: true, dueAt: 800 }));
    await of(a).accept(newRequest(['high@a.example'], { priority: 'high', reports: false }));
    assert.deepEqual(idsOf(await of(b).claim(3, 2000)), ['high', 'own', 'normal']);
    assert.deepEqual(idsOf(await of(a).claim(3, 2000)), ['low']);
  });

  it('keeps a domain paused that another of them paused', async () => {
    await of(a).accept(newRequest(['x@slow.example', 'y@fast.example'], { reports: false }));
    await of(a).pauseDomain('slow.example', 8000, 'slow down');
    assert.deepEqual(idsOf(await of(b).claim(5, 2000)), ['y']);
    await of(b).pauseDomain('slow.example', 3000, '');
    assert.deepEqual(idsOf(await of(a).claim(5, 2999)), []);
    assert.deepEqual(idsOf(await of(a).claim(5, 3000)), ['x']);
  });

  it('holds no more than the queue may, counted over all of them', async () => {
    const small = openOutbox(await machines.join({ maxWaiting: 5 }));
    await of(a).accept(newRequest(addresses(4)));
    await assert.rejects(small.accept(newRequest(addresses(2, 'q'))), { code: 'queue-full' });
    const both = await Promise.allSettled([
      small.accept(newRequest(['one@a.example'])),
      small.accept(newRequest(addresses(9, 's'))),
    ]);
    assert.deepEqual(
      both.map(({ status }) => status),
      ['fulfilled', 'rejected'],
    );
  });

  it('takes one of many requests with the same key, wherever they come in', async () => {
    const idempotency = { key: 'key', fingerprint: 'same' };
    const asked = Array.from({ length: 20 }, (_, index) =>
      of(index % 2 ? a : b).accept(newRequest([`k${index}@a.example`], { idempotency })),
    );
    const kinds = (await Promise.all(asked)).map(({ kind }) => kind);
    assert.equal(kinds.filter((kind) => kind === 'accepted').length, 1);
    assert.equal((await of(a).counts(2000)).waiting, 1);
  });

  describe('whose flow waits for results', () => {
    beforeEach(() => of(a).accept(newRequest(['r@a.example', 's@a.example'], { message: '{}' })));

    it('claims alone what it accepted, and hears of it alone', async () => {
      assert.deepEqual(await of(b).claim(5, 2000), []);
      assert.deepEqual(idsOf(await of(a).claim(1, 2000)), ['r']);
      await of(a).settle([outcome('r')]);
      assert.deepEqual(await of(b).unreported('node-1', 5), []);
      assert.equal((await of(a).unreported('node-1', 5)).length, 1);
    });

    it('leaves both to the others when it dies, each to one', async () => {
      await of(a).claim(1, 2000);
      await of(a).settle([outcome('r')]);
      await machines.bury(roomOf(roomA), roomOf(roomB), 6000);
      const c = openOutbox(await machines.join());
      const claimed = await Promise.all([of(b), c].map((outbox) => outbox.claim(5, 6000)));
      assert.deepEqual(idsOf(claimed.flat()), ['s']);
      const ids = async (outbox: Outbox) =>
        (await outbox.unreported('node-1', 5)).map(({ record }) => record.id);
      assert.deepEqual([await ids(of(b)), await ids(c)], [['r'], []]);
    });

    it('does not claim what it was declared dead for, and what it accepts then is anybody’s', async () => {
      await machines.bury(roomOf(roomA), roomOf(roomB), 6000);
      assert.deepEqual(await of(a).claim(5, 6000), []);
      await of(a).accept(newRequest(['late@a.example']));
      assert.deepEqual(idsOf(await of(b).claim(5, 6000)), ['r', 's', 'late']);
    });
  });

  for (const unknown of ['hold', 'resend'] as const)
    it(`knows of what a dead one had in hand that nobody knows its fate (${unknown})`, async () => {
      await of(a).accept(newRequest(['x@a.example', 'y@a.example'], { reports: false }));
      await of(a).claim(1, 2000);
      await machines.bury(roomOf(roomA), roomOf(roomB), 6000, unknown);
      const record = await of(b).find('x');
      assert.equal(record?.state, unknown === 'hold' ? 'unknown' : 'queued');
      assert.equal(record?.attempts, 1);
      const counts = await of(b).counts(6000);
      assert.deepEqual(
        [counts.waiting, counts.sending, counts.unknown],
        unknown === 'hold' ? [1, 0, 1] : [2, 0, 0],
      );
      assert.deepEqual(await of(a).settle([outcome('x')]), [], 'it comes too late');
      assert.equal((await of(b).find('x'))?.state, record?.state);
      await machines.bury(roomOf(roomA), roomOf(roomB), 7000, unknown);
      assert.deepEqual(await of(b).counts(6000), counts, 'once more changes nothing');
    });

  it('leaves what a dead one had in hand to who claimed it after', async () => {
    await of(a).accept(newRequest(['x@a.example'], { reports: false }));
    await of(a).claim(1, 2000);
    await machines.bury(roomOf(roomA), roomOf(roomB), 6000, 'resend');
    assert.deepEqual(idsOf(await of(b).claim(1, 6000)), ['x']);
    assert.deepEqual(await of(a).settle([outcome('x', { state: 'failed' })]), []);
    assert.deepEqual(await of(a).settle([outcome('x', { state: 'later', dueAt: 1 })]), []);
    assert.equal((await of(b).settle([outcome('x')]))[0]?.state, 'sent');
  });

  describe('when an answer is lost', () => {
    let lose = false;
    const lossy = (database: Database): Database => ({
      ...database,
      async query<Row>(text: string, values?: readonly unknown[]) {
        const rows = await database.query<Row>(text, values);
        if (lose && /INSERT|UPDATE|DELETE/.test(text))
          throw new EmailError('store-unavailable', { retryable: true });
        return rows;
      },
    });
    beforeEach(async () => {
      const room = await machines.join();
      a = openOutbox({ ...room, database: lossy(room.database) });
    });

    it('to a claim: hands out what it has marked with the next', async () => {
      await of(a).accept(newRequest(['x@a.example', 'y@a.example']));
      lose = true;
      await assert.rejects(of(a).claim(1, 2000), { code: 'store-unavailable' });
      lose = false;
      assert.deepEqual(idsOf(await of(a).claim(5, 2000)), ['x']);
      assert.deepEqual(idsOf(await of(a).claim(5, 2000)), ['y']);
    });

    it('to a settlement: answers its records when it is settled again', async () => {
      await of(a).accept(newRequest(['x@a.example']));
      await of(a).claim(1, 2000);
      lose = true;
      await assert.rejects(of(a).settle([outcome('x')]), { code: 'store-unavailable' });
      lose = false;
      const [record] = await of(a).settle([outcome('x')]);
      assert.deepEqual([record?.id, record?.state, record?.attempts], ['x', 'sent', 1]);
      assert.deepEqual(await of(a).settle([outcome('x')]), []);
    });
  });

  it('claims at the same cost with many waiting, timed, put off and sticky to others', async () => {
    const cost = async () => {
      const { database, appId, instance } = roomOf(roomA);
      const [plan] = await database.query<Record<string, string>>(
        `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${claimFree}`,
        [appId, instance, 20, 2000, 2000, 2000],
      );
      const [{ Plan }] = JSON.parse(String(plan?.['QUERY PLAN']));
      const scans = nodesOf(Plan).filter((node) => node['Relation Name'] === 'turn');
      const kinds = new Set(scans.map((node) => node['Node Type']));
      assert.deepEqual(kinds, new Set(['Index Scan', 'Tid Scan', 'ModifyTable']));
      return Plan['Shared Hit Blocks'] + Plan['Shared Read Blocks'];
    };
    const fill = (from: number, to: number) =>
      roomOf(roomA).database.query(
        `INSERT INTO email_app.turn (app, request, position, state, priority, due_at, owner)
          SELECT 'app', n, 0, 'queued', n % 3, CASE WHEN n % 4 = 0 THEN 5000 ELSE 1000 END,
            CASE n % 5 WHEN 0 THEN $1 WHEN 1 THEN $2 ELSE '' END
          FROM generate_series($3::integer, $4::integer) AS n`,
        [roomA?.instance, roomB?.instance, from, to],
      );
    await fill(1, 6000);
    const few = await cost();
    await fill(6001, 60_000);
    const many = await cost();
    assert.ok(many < few * 1.5 + 50, `${few} blocks of 6,000 rows, ${many} of 60,000`);
  });
});

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

function nodesOf(plan: PlanNode): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}
