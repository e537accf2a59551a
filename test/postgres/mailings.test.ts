import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Outbox, OutboxEntry } from '../../nodes/lib/outbound/outbox.ts';
import type { OutboxRoom } from '../../nodes/lib/postgres/outbox-room.ts';
import { postgresMailings } from '../../nodes/lib/postgres/postgres-mailings.ts';
import { addressesOf, describeMailings, mailingCopies, newMailing } from '../lib/store/mailings-contract.ts';
import { newRequest } from '../support/new-request.ts';
import { type OutboxMachines, openOutbox, outboxMachines } from './outbox-place.ts';

describeMailings('postgresMailings', async () => {
  const machines = await outboxMachines();
  let room = await machines.join();
  let outbox = openOutbox(room);
  return {
    outbox: () => outbox,
    mailings: () => postgresMailings(room),
    async reopen(maxWaiting) {
      const next = await machines.join(maxWaiting === undefined ? {} : { maxWaiting });
      await machines.bury(room, next, 5000);
      room = next;
      outbox = openOutbox(room);
    },
    dispose: machines.end,
  };
});

describe('postgresMailings, on several machines', () => {
  let machines: OutboxMachines;
  let room: OutboxRoom;
  let outbox: Outbox;
  beforeEach(async () => {
    machines = await outboxMachines();
    room = await machines.join();
    outbox = openOutbox(room);
  });
  afterEach(() => machines.end());

  const rows = async (table: string) =>
    (await machines.place.database.query<{ n: number }>(`SELECT count(*) AS n FROM email_app.${table}`))[0]
      ?.n;

  async function accept(count: number, changes = {}) {
    const request = newMailing({ reports: false, ...changes });
    const draft = postgresMailings(room).draft(request.id);
    await draft.write(mailingCopies(count));
    await draft.accept(request);
    return request;
  }

  async function claimAll(from: Outbox, limit: number): Promise<OutboxEntry[]> {
    const all: OutboxEntry[] = [];
    for (let idle = 0; idle < 3; ) {
      const some = await from.claim(limit, 10);
      all.push(...some);
      idle = some.length === 0 ? idle + 1 : 0;
    }
    return all;
  }

  it('is drawn by all of them, each copy once and none left out', async () => {
    await accept(4000);
    const others = await Promise.all([machines.join(), machines.join()]);
    const drawn = await Promise.all([outbox, ...others.map(openOutbox)].map((one) => claimAll(one, 170)));
    assert.ok(drawn.every((some) => some.length > 0));
    const addresses = drawn.flatMap(addressesOf);
    assert.equal(addresses.length, 4000);
    assert.deepEqual(new Set(addresses), new Set(mailingCopies(4000).map(({ to }) => to.address)));
    assert.deepEqual(
      [await rows('mailing'), await rows('mailing_chunk'), await rows('mailing_draft')],
      [0, 0, 0],
    );
    const { waiting, sending } = await outbox.counts(10);
    assert.deepEqual([waiting, sending], [0, 4000]);
  });

  it('shows nothing of a draft before it is accepted, and keeps none of one whose machine died', async () => {
    const draft = postgresMailings(room).draft(randomUUID());
    await draft.write(mailingCopies(30_000));
    assert.ok(Number(await rows('mailing_chunk')) > 0);
    const other = await machines.join();
    assert.deepEqual(await openOutbox(other).claim(10, 10), []);
    await machines.bury(room, other, 5000);
    assert.deepEqual([await rows('mailing_chunk'), await rows('mailing_draft')], [0, 0]);
    await assert.rejects(draft.accept(newMailing()), { code: 'store-unavailable', retryable: true });
    assert.deepEqual([await rows('request'), await rows('mailing')], [0, 0]);
  });

  it('is kept when its draft is dropped after an answer that was lost', async () => {
    const request = newMailing();
    const draft = postgresMailings(room).draft(request.id);
    await draft.write(mailingCopies(10));
    await draft.accept(request);
    await draft.drop();
    assert.equal((await outbox.claim(20, 10)).length, 10);
  });

  it('goes to the flow that waits for it, and to any other when that machine died', async () => {
    await accept(10, { reports: true });
    const other = await machines.join();
    const elsewhere = openOutbox(other);
    assert.deepEqual(await elsewhere.claim(5, 10), []);
    assert.equal((await outbox.claim(4, 10)).length, 4);
    await machines.bury(room, other, 5000);
    assert.equal((await elsewhere.claim(20, 5000)).length, 6);
  });

  for (const [what, sql] of [
    ['damaged', `UPDATE email_app.mailing_chunk SET sealed = sealed || '\\x00'::bytea`],
    ['gone', 'DELETE FROM email_app.mailing_chunk'],
  ] as const)
    it(`is passed over, and drops nobody in silence, when a chunk is ${what}`, async () => {
      await accept(20);
      await outbox.accept(newRequest(['other@b.example'], { dueAt: 5 }));
      await machines.place.database.query(sql);
      assert.deepEqual(addressesOf(await outbox.claim(10, 10)), ['other@b.example']);
      assert.deepEqual(
        machines.troubles.map(({ code }) => code),
        ['store-corrupt'],
      );
      assert.equal((await outbox.counts(10)).waiting, 20);
    });

  it('keeps no address, subject or value in the clear', async () => {
    await accept(3);
    await accept(3, { dueAt: 5000 });
    await outbox.claim(3, 10);
    for (const table of ['part', 'request', 'mailing', 'mailing_chunk', 'turn', 'content']) {
      const found = await machines.place.database.query<{ row: string }>(
        `SELECT t::text AS row FROM email_app.${table} AS t`,
      );
      const text = found.map(({ row }) => row + hexToText(row)).join('\n');
      for (const word of ['p0@', 'a.example', 'For 0', 'nested', 'Pérson'])
        assert.ok(!text.includes(word), `${word} in ${table}`);
    }
  });
});

/** What a bytea column shows as digits. */
function hexToText(row: string): string {
  return [...row.matchAll(/\\x([0-9a-f]+)/g)]
    .map(([, hex = '']) => Buffer.from(hex, 'hex').toString())
    .join(' ');
}
