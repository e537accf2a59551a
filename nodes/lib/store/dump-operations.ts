/** The rows of an app's file as they are, in pages, for whoever moves the app elsewhere; and the way back. */
import type { SQLInputValue } from 'node:sqlite';
import { EmailError } from '../kernel/errors.ts';
import { limitTo, prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

export type DumpedRow = Readonly<Record<string, SQLInputValue>>;

interface DumpedTable {
  /** What is read, if it is more than the table. */
  readonly from?: string;
  /** Unique columns, in the order of the pages. */
  readonly by: readonly string[];
}

const priority = `coalesce((SELECT priority FROM part WHERE part.request = request.key LIMIT 1),
  (SELECT priority FROM mailing WHERE mailing.request = request.key), 1)`;

/** In an order in which rows may come: those that others refer to first. */
const tables = {
  request: { from: `(SELECT request.*, ${priority} AS priority FROM request)`, by: ['key'] },
  content: { by: ['request'] },
  part: { by: ['request', 'position'] },
  part_delivery: {
    from: `(SELECT part_delivery.*, part.request, part.position
      FROM part_delivery JOIN part ON part.key = part_delivery.part)`,
    by: ['request', 'position', 'recipient'],
  },
  mailing: { by: ['request'] },
  domain_pause: { by: ['domain'] },
  event: { by: ['sequence'] },
  event_reader: { by: ['reader'] },
  event_tally: { by: ['hour', 'type'] },
  event_total: { by: ['type'] },
  event_tallied: { by: ['sequence'] },
  suppression: { by: ['person', 'spelling', 'topic', 'cause'] },
  suppression_event: { by: ['key'] },
  suppression_state: { by: ['fingerprint'] },
  soft_bounce: { by: ['person', 'mail'] },
  webhook: { by: ['key'] },
  inbound: { by: ['key'] },
  inbound_key: { by: ['source', 'source_key'] },
  notice: { by: ['key'] },
  access: { by: ['key'] },
  note: { by: ['name'] },
} as const satisfies Readonly<Record<string, DumpedTable>>;

export type DumpedName = keyof typeof tables;

export interface PageOrder {
  readonly table: DumpedName;
  /** The last row of the page before. */
  readonly after?: DumpedRow;
  readonly limit: number;
}

export function dumpOperations(context: StoreContext) {
  const { database, spool } = context;
  const run = (sql: string, ...values: SQLInputValue[]) => prepareStatement(database, sql).run(...values);
  return {
    'dump.page': ({ table, after, limit }: PageOrder): DumpedRow[] => {
      const { from, by }: DumpedTable = tables[table];
      const names = by.join(', ');
      const where = after ? `WHERE (${names}) > (${by.map(() => '?').join(', ')})` : '';
      const sql = `SELECT * FROM ${from ?? table} ${where} ORDER BY ${names} ${limitTo}`;
      const place = after ? by.map((name) => after[name] ?? null) : [];
      return prepareStatement<DumpedRow>(database, sql).all(...place, limit);
    },
    'dump.put': ({ table, rows }: { table: DumpedName; rows: readonly DumpedRow[] }): void => {
      context.reserve.requireRoom();
      for (const row of rows) {
        const { sql, values } = insertion(table, row);
        run(sql, ...values);
      }
    },
    'dump.count': (table: DumpedName): number =>
      prepareStatement<{ rows: number }>(database, `SELECT count(*) AS rows FROM ${table}`).get()?.rows ?? 0,
    'dump.clear': (names: readonly DumpedName[] | undefined): void => {
      for (const name of names ?? emptied) run(`DELETE FROM ${name}`);
      if (!names) for (const name of spool.names()) spool.remove(name);
    },
    'dump.readFile': (name: string): Uint8Array => spool.read(name),
    'dump.writeFile': ({ name, bytes }: { name: string; bytes: Uint8Array }): void =>
      spool.write(name, bytes),
    /** What is counted beside the rows. */
    'dump.finish': (list: { fingerprint: string; someErased: boolean }): void => {
      run('DELETE FROM webhook_tally');
      run(`INSERT INTO webhook_tally SELECT endpoint, sum(dead_at IS NULL), sum(dead_at IS NOT NULL) FROM webhook
        GROUP BY endpoint`);
      run(`UPDATE inbound_tally SET (waiting, aside, bytes) = (SELECT count(*) FILTER (WHERE state <> 'aside'),
        count(*) FILTER (WHERE state = 'aside'), coalesce(sum(size), 0) FROM inbound)`);
      run(
        `UPDATE suppression_state SET entries = (SELECT count(*) FROM suppression), generation = '', fingerprint = ?,
          some_erased = ?`,
        ...[list.fingerprint, Number(list.someErased)],
      );
    },
  };
}

/** Those that refer to others first; the state of the list is one row that stays. */
const emptied = (Object.keys(tables) as DumpedName[])
  .filter((name) => name !== 'suppression_state' && name !== 'note')
  .reverse();

/** Columns are named by this program, never by a row from outside; they are looked at all the same. */
function insertion(table: DumpedName, row: DumpedRow): { sql: string; values: SQLInputValue[] } {
  const { request = null, position = null, ...others } = row;
  const isOfPart = table === 'part_delivery';
  const columns = Object.keys(isOfPart ? others : row);
  if (columns.some((name) => !/^[a-z_]+$/.test(name)))
    throw new EmailError('internal-error', { detail: { why: 'a column' } });
  const names = columns.map((name) => `"${name}"`).join(', ');
  const places = columns.map(() => '?').join(', ');
  const values = Object.values(isOfPart ? others : row);
  if (!isOfPart) return { sql: `INSERT INTO ${table} (${names}) VALUES (${places})`, values };
  return {
    sql: `INSERT INTO part_delivery (${names}, part)
      SELECT ${places}, key FROM part WHERE request = ? AND position = ?`,
    values: [...values, request, position],
  };
}
