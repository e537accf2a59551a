/** Folders as older versions of the package left them: their schema, with something in each table that they had. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openKeyRing } from '../../nodes/lib/keys/open-key-ring.ts';
import { applicationId, migrations } from '../../nodes/lib/store/schema.ts';
import { addressHasher } from '../../nodes/lib/suppression/address-hasher.ts';

export const newestVersion = migrations.length;
/** Of each table. */
export const rowsOfTable = 300;

/** What it is made of, as text: the same for the same schema. */
export function schemaIn(database: DatabaseSync): string {
  const parts = database
    .prepare('SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name')
    .all();
  return JSON.stringify(parts);
}

/** Of each version, from the empty file on. */
export function allSchemas(): string[] {
  const database = new DatabaseSync(':memory:');
  const schemas = [schemaIn(database)];
  for (const step of migrations) {
    database.exec(step);
    schemas.push(schemaIn(database));
  }
  database.close();
  return schemas;
}

export function versionOf(database: DatabaseSync): number {
  return Number((database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version);
}

/** A folder that the given version made, filled and closed. */
export async function makeOlderFolder(folder: string, version: number): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(join(folder, 'app.sqlite'));
  database.exec('PRAGMA journal_mode = WAL; BEGIN');
  for (const step of migrations.slice(0, version)) database.exec(step);
  if (version > 0) {
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${version}`);
    fill(database, await fingerprintOfKeys(folder));
  }
  database.exec('COMMIT');
  database.close();
}

/** Keys came into a folder right after its first version. */
async function fingerprintOfKeys(folder: string): Promise<string> {
  const keys = await openKeyRing({ folder, now: 0, randomBytes });
  return addressHasher(keys.current('address-hash').secret).fingerprint;
}

const count = `WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < ${rowsOfTable})`;

/** By the columns of the version that had the table first: later ones only added to them. */
const fillings: Readonly<Record<string, string>> = {
  request: `INSERT INTO request (key, id, node, reports, sender, subject, message_class, accepted_at, starts_at, part_count)
    ${count} SELECT n, 'request' || n, 'n1', 1, '{"address":"shop@a.example"}', 'Subject', 'transactional', n, n, 1 FROM count`,
  content: `INSERT INTO content (request, bytes) ${count} SELECT n, randomblob(500) FROM count`,
  part: `INSERT INTO part (id, request, position, state, priority, due_at, owed_to, recipient, recipients, riders,
      message_id, "values") ${count} SELECT 'part' || n, n, 0, 'queued', 1, n, 'n1', '{"address":"b@b.example"}',
      '["b@b.example"]', '[]', 'id' || n || '@a.example', '{}' FROM count`,
  note: `INSERT INTO note (name, value) ${count} SELECT 'note' || n, hex(randomblob(20)) FROM count`,
  suppression: `INSERT INTO suppression (person, spelling, topic, cause, method, at, address)
    ${count} SELECT randomblob(16), x'', '', 'unsubscribe', 'page', n, 'left' || n || '@b.example' FROM count`,
  event: `INSERT INTO event (at, type, fact) ${count} SELECT n, 'email.delivered', '{}' FROM count`,
  inbound: `INSERT INTO inbound (id, state, size, acted, facts, bytes)
    ${count} SELECT 'mail' || n, 'waiting', 500, 0, '{"source":"smtp","receivedAt":1,"envelope":{"to":[]}}', randomblob(500) FROM count`,
};

function fill(database: DatabaseSync, fingerprint: string): void {
  const tables = new Set(
    database
      .prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`)
      .all()
      .map(({ name }) => String(name)),
  );
  for (const [table, sql] of Object.entries(fillings)) if (tables.has(table)) database.exec(sql);
  if (!tables.has('suppression_state')) return;
  const state = database.prepare('UPDATE suppression_state SET entries = ?, fingerprint = ?');
  state.run(rowsOfTable, fingerprint);
}

/** By table: its columns and all its rows, a line each, as they are now. */
export type Contents = ReadonlyMap<string, { readonly columns: string; readonly rows: string }>;

export function contentsOf(database: DatabaseSync): Contents {
  const tables = database.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).all();
  return new Map(
    tables.map(({ name }) => {
      const table = String(name);
      const info = database.prepare(`SELECT name FROM pragma_table_info(?)`).all(table);
      const columns = info.map((column) => `quote("${column.name}")`).join(', ');
      return [table, { columns, rows: rowsOf(database, table, columns) }];
    }),
  );
}

/** Tables whose rows are not all there as they were. */
export function changedTables(database: DatabaseSync, before: Contents): string[] {
  return [...before].flatMap(([table, { columns, rows }]) =>
    rowsOf(database, table, columns) === rows ? [] : [table],
  );
}

function rowsOf(database: DatabaseSync, table: string, columns: string): string {
  const rows = database.prepare(`SELECT ${columns} FROM "${table}"`).all();
  return rows.map((row) => Object.values(row).join()).join('\n');
}
