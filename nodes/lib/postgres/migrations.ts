/** The schema `email_app` of a database, as numbered steps that only go forward; one schema serves all apps. */
import { EmailError } from '../kernel/errors.ts';
import type { Queries } from './database.ts';
import { eventTables } from './event-tables.ts';
import { inboundTables } from './inbound-tables.ts';
import { instanceTables } from './instance-tables.ts';
import { logTables } from './log-tables.ts';
import { noteTables } from './note-tables.ts';
import { noticeTables } from './notice-tables.ts';
import type { Connection, OpenDatabase } from './open-database.ts';
import { outboxTables } from './outbox-tables.ts';
import { paceTables } from './pace-tables.ts';
import { suppressionTables } from './suppression-tables.ts';
import { tallyTables } from './tally-tables.ts';
import { webhookTables } from './webhook-tables.ts';

/**
 * A step that was published is never changed. Programs that know only the steps before go on running while one is done,
 * and afterwards: so it adds, and takes away only what no published version needs. Whatever may stand in the way of their
 * statements for long (an index of a large table) is a step of its own.
 */
export const migrations: readonly string[] = [
  [
    instanceTables,
    noteTables,
    outboxTables,
    suppressionTables,
    eventTables,
    webhookTables,
    inboundTables,
    noticeTables,
    paceTables,
    logTables,
    tallyTables,
  ].join('\n'),
];

/** Of all programs that change this schema one at a time: `email` and `app`, in ASCII. */
const lock = '0x656d61696c617070';
/** How long the statements of others wait behind a table that is to be changed, before these go first again. */
const politeness = '5s';

/**
 * Any number of programs may do this at once. Throws EmailError `store-newer` where a newer version of this package has
 * been, and what the database throws.
 */
export async function migrate(database: OpenDatabase, steps: readonly string[] = migrations): Promise<void> {
  if ((await versionOf(database, database.name, steps)) === steps.length) return;
  const connection = await database.connect();
  try {
    await inOneTransaction(connection, () => goForward(connection, database.name, steps));
  } finally {
    await connection.end();
  }
}

/** 0 where there is nothing yet. */
async function versionOf(queries: Queries, name: string, steps: readonly string[]): Promise<number> {
  const [table] = await queries.query<{ found: string | null }>(
    `SELECT to_regclass('email_app.migration')::text AS found`,
  );
  if (!table?.found) return 0;
  const [row] = await queries.query<{ version: number | null }>(
    'SELECT max(number) AS version FROM email_app.migration',
  );
  const version = row?.version ?? 0;
  if (version > steps.length) throw new EmailError('store-newer', { detail: { value: name } });
  return version;
}

async function goForward(connection: Queries, name: string, steps: readonly string[]): Promise<void> {
  await connection.query(`SELECT pg_advisory_xact_lock(${lock})`);
  await connection.query(`SET LOCAL lock_timeout = '${politeness}'`);
  const version = await versionOf(connection, name, steps);
  if (version === 0) await prepareSchema(connection);
  for (const [index, sql] of steps.entries()) {
    if (index < version) continue;
    await connection.query(sql);
    await connection.query('INSERT INTO email_app.migration (number) VALUES ($1)', [index + 1]);
  }
}

/** Whoever may not create schemas may have been given this one. */
async function prepareSchema(connection: Queries): Promise<void> {
  const [schema] = await connection.query(`SELECT FROM pg_namespace WHERE nspname = 'email_app'`);
  if (!schema) await connection.query('CREATE SCHEMA email_app');
  await connection.query(
    `CREATE TABLE IF NOT EXISTS email_app.migration (
      number integer PRIMARY KEY,
      applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )`,
  );
}

async function inOneTransaction(connection: Connection, work: () => Promise<void>): Promise<void> {
  await connection.query('BEGIN');
  await work();
  // what throws is taken back with its connection
  await connection.query('COMMIT');
}
