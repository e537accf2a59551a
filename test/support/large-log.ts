import { rowSeal } from '../../nodes/lib/keys/row-seal.ts';
import type { Database } from '../../nodes/lib/postgres/database.ts';
import type { OutboxRoom } from '../../nodes/lib/postgres/outbox-room.ts';
import { postgresNotes } from '../../nodes/lib/postgres/postgres-notes.ts';
import { postgresOutbox } from '../../nodes/lib/postgres/postgres-outbox.ts';
import { addressHasher } from '../../nodes/lib/suppression/address-hasher.ts';
import { fixedKeys } from './fixed-keys.ts';
import { newPart, newRequest } from './new-request.ts';
import { type FreshPlace, freshPlace } from './postgres.ts';

export const rowsOfLog = 40_000;

export interface LargeLog {
  readonly room: OutboxRoom;
  /** The plans of all that was asked by the room while this was at work. */
  plansOf(work: () => Promise<unknown>): Promise<readonly PlanNode[]>;
  readonly place: FreshPlace;
}

export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/**
 * Requests `r0`, `r1`, … of one copy each (a fifth of them wait, and of the others each hundredth failed), and one,
 * `mailing`, with as many copies. Half of the former are to a@a.example, all others to somebody each.
 */
export async function largeLog(): Promise<LargeLog> {
  const place = await freshPlace();
  const asked: [text: string, values: readonly unknown[]][] = [];
  const room = roomOf(place, {
    ...place.database,
    query(text, values = []) {
      asked.push([text, values]);
      return place.database.query(text, values);
    },
  });
  await fill(room);
  return {
    ...{ room, place },
    async plansOf(work) {
      asked.length = 0;
      await work();
      const plans: PlanNode[] = [];
      for (const [text, values] of asked.splice(0)) {
        if (!/^\s*(SELECT|WITH|\()/.test(text)) continue;
        const sql = `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`;
        const [row] = await place.database.query<{ 'QUERY PLAN': string }>(sql, values);
        const [{ Plan }] = JSON.parse(row?.['QUERY PLAN'] ?? '[]');
        plans.push(Plan);
      }
      return plans;
    },
  };
}

function roomOf(place: FreshPlace, database: Database): OutboxRoom {
  const keys = fixedKeys();
  const hasher = addressHasher(keys.current('address-hash').secret);
  const personOf = (address: string) => hasher.hash(address).person;
  return {
    ...{ ...place, database, personOf, mailboxOf: personOf, maxWaiting: 1000, onTrouble: () => {} },
    ...{ seal: rowSeal(keys, 'app outbox'), eventSeal: rowSeal(keys, 'app event') },
  };
}

/** Copies of what one mail has left. */
async function fill(room: OutboxRoom): Promise<void> {
  const outbox = postgresOutbox(room, postgresNotes(room), async () => {});
  const part = newPart('a@a.example', { correlationId: 'one order' });
  await outbox.accept({ ...newRequest([], { id: 'first', acceptedAt: 1 }), parts: [part] });
  await outbox.claim(1, 1000);
  await outbox.settle([
    { partId: 'a', at: 2, state: 'sent', code: 'sent', reason: '', attempted: true, providerMessageId: 'p' },
  ]);
  const { database, appId, personOf } = room;
  const person = personOf('a@a.example');
  for (const sql of filling) {
    const values = sql.includes('$2') ? [appId, person] : [appId];
    await database.query(sql, values);
  }
}

const each = `generate_series(0, ${rowsOfLog - 1}) AS n`;
const somebody = `decode(md5(n::text), 'hex')`;
const first = (table: string) =>
  `(SELECT * FROM email_app.${table} WHERE app = $1 ORDER BY request, position LIMIT 1) AS first`;

const requests = (numbers: string, id: string, copies: string) => `
  INSERT INTO email_app.request (app, id, node, reports, message_class, priority, accepted_at, starts_at, part_count, sealed)
    SELECT app, ${id}, node, reports, message_class, priority, 1000 + n, 1000 + n, ${copies}, sealed
    FROM email_app.request, ${numbers} WHERE app = $1 AND id = 'first' ORDER BY n`;

const filling = [
  requests(each, `'r' || n`, '1'),
  requests(`(VALUES (${rowsOfLog / 2})) AS at (n)`, `'mailing'`, `${rowsOfLog}`),
  `INSERT INTO email_app.part (app, request, position, id, message_id, correlation_id, person, sealed)
    SELECT $1, key, 0, request.id, request.id || '@sender.example', ('order ' || n / 2)::bytea, CASE n % 2 WHEN 0 THEN $2 ELSE ${somebody} END, first.sealed
    FROM ${each} JOIN email_app.request ON app = $1 AND request.id = 'r' || n, ${first('part')}`,
  `INSERT INTO email_app.part (app, request, position, id, message_id, correlation_id, person, sealed)
    SELECT $1, key, n, 'm' || n, 'm' || n || '@sender.example', 'campaign'::bytea, ${somebody}, first.sealed
    FROM ${each}, email_app.request, ${first('part')} WHERE request.app = $1 AND request.id = 'mailing'`,
  `INSERT INTO email_app.outcome (app, request, position, state, code, attempts, partly_taken, message_id,
      provider_message_id, settled_at, sealed)
    SELECT $1, part.request, part.position, CASE WHEN part.id ~ '00$' THEN 'failed' ELSE 'sent' END, 'x', 1, false, NULL,
      'provider ' || part.id, 3000, first.sealed
    FROM email_app.part, ${first('outcome')} WHERE part.app = $1 AND part.id <> 'a' AND part.id !~ '[37]$'`,
  `INSERT INTO email_app.turn (app, request, position, state, priority, due_at, owner)
    SELECT $1, request, position, 'queued', 1, 5000, '' FROM email_app.part WHERE app = $1 AND id ~ '[37]$'`,
  `INSERT INTO email_app.content (app, request, bytes)
    SELECT $1, key, bytes FROM email_app.request, email_app.content WHERE request.app = $1 AND request.id <> 'first'`,
  `INSERT INTO email_app.event (app, at, type, request, position)
    SELECT app, 1000, 'email.queued', request, position FROM email_app.part WHERE app = $1`,
];
