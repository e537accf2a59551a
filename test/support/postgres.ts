import { randomUUID } from 'node:crypto';
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import type { Place } from '../../nodes/lib/postgres/database.ts';
import { migrate } from '../../nodes/lib/postgres/migrations.ts';
import {
  type DatabaseAddress,
  type DatabaseOptions,
  type OpenDatabase,
  openDatabase,
} from '../../nodes/lib/postgres/open-database.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';

export interface FreshDatabase {
  readonly address: DatabaseAddress;
  /** Closed with `drop`. */
  open(options?: Partial<DatabaseOptions>): Promise<OpenDatabase>;
  drop(): Promise<void>;
}

export interface FreshPlace extends Place {
  readonly database: OpenDatabase;
  readonly fresh: FreshDatabase;
  /** Closes and drops. */
  end(): Promise<void>;
}

const template = 'email_app_template';
let server: Promise<PostgresServer> | undefined;
let superuser: Promise<OpenDatabase> | undefined;
let count = 0;

/** One for all tests of this process: nobody may stop it. */
export function sharedPostgres(): Promise<PostgresServer> {
  server ??= startPostgres();
  return server;
}

/** A database of its own with all tables and no row. */
export async function freshDatabase(): Promise<FreshDatabase> {
  superuser ??= prepareTemplate();
  const admin = await superuser;
  count += 1;
  const name = `test_${count}`;
  await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  const address = { ...(await sharedPostgres()).address, database: name };
  const opened: OpenDatabase[] = [];
  return {
    address,
    async open(options = {}) {
      const database = await openDatabase({ address, clock: systemClock, ...options });
      opened.push(database);
      return database;
    },
    async drop() {
      await Promise.all(opened.map((database) => database.close()));
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** An instance of an app in a database of its own, which lives as long as the row that is here written for it. */
export async function freshPlace(appId = 'app'): Promise<FreshPlace> {
  const fresh = await freshDatabase();
  const database = await fresh.open();
  return { ...(await joinPlace(database, appId)), database, fresh, end: fresh.drop };
}

/** Another instance of an app, in the same database. */
export async function joinPlace(database: OpenDatabase, appId = 'app'): Promise<Place> {
  const instance = randomUUID();
  await database.query('INSERT INTO email_app.instance VALUES ($1, $2, clock_timestamp())', [
    appId,
    instance,
  ]);
  return { database, appId, instance };
}

async function prepareTemplate(): Promise<OpenDatabase> {
  const { address } = await sharedPostgres();
  const admin = await openDatabase({ address, clock: systemClock, connections: 1 });
  await admin.query(`CREATE DATABASE ${template}`);
  const database = await openDatabase({ address: { ...address, database: template }, clock: systemClock });
  await migrate(database);
  await database.close();
  return admin;
}
