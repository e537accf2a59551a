/** Where a PostgreSQL database is comes in; a `Database` of a pool of connections to it goes out. Only here is `pg` named. */
import type { ConnectionOptions } from 'node:tls';
import type { Client, ClientConfig, Pool, PoolClient, QueryResult } from 'pg';
import type { Clock } from '../kernel/clock.ts';
import { EmailError } from '../kernel/errors.ts';
import { inTime } from '../kernel/in-time.ts';
import type { Database, Queries } from './database.ts';
import { Notifications } from './notifications.ts';
import { isToBeDoneAgain, postgresFailure } from './postgres-failure.ts';

export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password?: string;
  /** Undefined: without TLS. */
  readonly tls?: ConnectionOptions;
}

export interface DatabaseOptions {
  readonly address: DatabaseAddress;
  readonly clock: Clock;
  /** In the pool; some more stand beside it. */
  readonly connections?: number;
  /** ms */
  readonly timeouts?: Partial<Timeouts>;
  /** Whatever a call fails with that is the database's, and not a refusal by its work. */
  readonly onFailure?: (error: EmailError) => void;
}

interface Timeouts {
  /** For a connection, or one of the pool to become free. */
  readonly connect: number;
  /** For a statement, on the server. Whoever hears nothing at all waits a little longer. */
  readonly statement: number;
}

/** One connection that is nobody else's. */
export interface Connection extends Queries {
  /** Called once when it is lost, not when it is ended. */
  onLost(listener: () => void): void;
  onNotified(listener: (channel: string, payload: string) => void): void;
  end(): Promise<void>;
}

export interface OpenDatabase extends Database {
  /** As its errors name it. */
  readonly name: string;
  /** A connection beside the pool. The server sets no limit to its statements; `patience` is how long an answer is waited for. */
  connect(patience?: number): Promise<Connection>;
  /** Answers what was called. */
  close(): Promise<void>;
}

type Driver = Pick<typeof import('pg'), 'Client' | 'Pool' | 'types'>;

const usualTimeouts: Timeouts = { connect: 10_000, statement: 20_000 };
const usualConnections = 6;
const mostAttempts = 8;
/** ms */
const courtesy = 10;
/** ms; a network that is gone says no goodbye. */
const farewell = 2_000;
/** More than a statement gets, for what only hears nothing. */
const silence = 5_000;

/** Connects lazily: throws EmailError `missing-package` when pg is not installed, and else nothing. */
export async function openDatabase(options: DatabaseOptions): Promise<OpenDatabase> {
  const driver = await loadDriver();
  const { address, clock, onFailure = () => {} } = options;
  const timeouts = { ...usualTimeouts, ...options.timeouts };
  const name = `${address.database} on ${address.host}:${address.port}`;
  const config = { ...configOf(address, driver), connectionTimeoutMillis: timeouts.connect };
  const pool = openPool(driver, {
    ...config,
    max: options.connections ?? usualConnections,
    statement_timeout: timeouts.statement,
    query_timeout: timeouts.statement + silence,
  });
  let isClosed = false;
  const failed = (thrown: unknown): EmailError => {
    const failure = isClosed
      ? new EmailError('app-closed', { retryable: true })
      : postgresFailure(thrown, name);
    if (!(thrown instanceof EmailError) && !isClosed) onFailure(failure);
    return failure;
  };
  const run = queriesOf(pool);
  const connect = (patience?: number) =>
    openConnection(new driver.Client({ ...config, query_timeout: patience }), clock, failed);
  const heard = new Notifications(() => connect(silence), clock);
  return {
    name,
    query: (text, values) => again(clock, () => run.query(text, values)).catch(refuse(failed)),
    transaction: (work) => again(clock, () => transact(pool, work, failed)).catch(refuse(failed)),
    listen: (channel, listener) => heard.listen(channel, listener),
    connect,
    async close() {
      if (isClosed) return;
      isClosed = true;
      await inTime<unknown>(Promise.all([heard.close(), pool.end()]), { clock, ms: farewell }, () => {});
    },
  };
}

async function loadDriver(): Promise<Driver> {
  try {
    return await import('pg');
  } catch (cause) {
    throw new EmailError('missing-package', { detail: { value: 'pg' }, cause });
  }
}

/**
 * Our statements read a few rows in the order of an index. A planner that expects few of them, as in a table that was just
 * filled, reads and sorts all of them instead, and compiles the statement for longer than it then takes.
 */
const planning = '-c enable_bitmapscan=off -c jit=off';

function configOf({ tls, ...address }: DatabaseAddress, driver: Driver): ClientConfig {
  return {
    ...address,
    ssl: tls ?? false,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: 'email-app',
    options: planning,
    types: { getTypeParser: typeParsers(driver) as NonNullable<ClientConfig['types']>['getTypeParser'] },
  };
}

/** int8, numeric (a sum of int8), json, jsonb and int8[] by their numbers in pg_type; others as the driver reads them. */
function typeParsers({ types }: Driver) {
  const parserOf = types.getTypeParser as (type: number, format?: string) => (text: string) => unknown;
  const readList = parserOf(1009) as (text: string) => (string | null)[];
  const numbers = (text: string) => readList(text).map((item) => (item === null ? null : Number(item)));
  const asText = (text: string) => text;
  const own = new Map<number, (text: string) => unknown>([
    [20, Number],
    [1700, Number],
    [114, asText],
    [3802, asText],
    [1016, numbers],
  ]);
  return (type: number, format?: 'text' | 'binary') => own.get(type) ?? parserOf(type, format);
}

function openPool(driver: Driver, config: ConstructorParameters<typeof Pool>[0]): Pool {
  const pool = new driver.Pool({ ...config, idleTimeoutMillis: 60_000, allowExitOnIdle: true });
  // a connection that breaks while nothing is asked of it is replaced, and nobody's matter
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

interface Asked {
  query(text: string, values?: unknown[]): Promise<QueryResult>;
}

function queriesOf(client: Asked): Queries {
  return {
    query: async <Row>(text: string, values: readonly unknown[] = []) =>
      (await client.query(text, values as unknown[])).rows as Row[],
  };
}

/** Rejects with what the work, or the database, threw; what the work sees of the database are EmailErrors. */
async function transact<Result>(
  pool: Pool,
  work: (tx: Queries) => Promise<Result>,
  failed: (thrown: unknown) => EmailError,
): Promise<Result> {
  const client = await pool.connect();
  const inside = queriesOf(client);
  let broken: unknown;
  const query: Queries['query'] = (text, values) =>
    inside.query<never>(text, values).catch((thrown) => {
      broken ??= thrown;
      throw isToBeDoneAgain(thrown) ? thrown : failed(thrown);
    });
  try {
    await client.query('BEGIN');
    const result = await work({ query: query as Queries['query'] });
    // PostgreSQL would answer a COMMIT of what failed before by taking it back, without a word
    if (broken) throw broken;
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (thrown) {
    await takeBack(client);
    throw isToBeDoneAgain(broken) ? broken : thrown;
  }
}

/** A connection that cannot even do that is not used again. */
async function takeBack(client: PoolClient): Promise<void> {
  const failure = await client.query('ROLLBACK').then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  client.release(failure);
}

async function again<Result>(clock: Clock, attempt: () => Promise<Result>): Promise<Result> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (thrown) {
      if (!isToBeDoneAgain(thrown) || attempts === mostAttempts) throw thrown;
      // the other shall be done first, or it would be the same once more
      await new Promise<void>((resolve) => clock.after(attempts * courtesy, resolve));
    }
  }
}

function refuse(failed: (thrown: unknown) => EmailError): (thrown: unknown) => never {
  return (thrown) => {
    throw failed(thrown);
  };
}

async function openConnection(
  client: Client,
  clock: Clock,
  failed: (thrown: unknown) => EmailError,
): Promise<Connection> {
  let isOver = false;
  let lost = (): void => {};
  const lose = (): void => {
    if (isOver) return;
    isOver = true;
    lost();
  };
  client.on('error', lose);
  client.on('end', lose);
  await client.connect().catch(refuse(failed));
  const { query } = queriesOf(client);
  return {
    query: (text, values) => query<never>(text, values).catch(refuse(failed)),
    onLost: (listener) => {
      if (isOver) listener();
      lost = listener;
    },
    onNotified: (listener) =>
      client.on('notification', ({ channel, payload = '' }) => listener(channel, payload)),
    async end() {
      isOver = true;
      await inTime(client.end(), { clock, ms: farewell }, () => {});
    },
  };
}
