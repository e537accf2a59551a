import assert from 'node:assert/strict';
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import { EmailError } from '../../nodes/lib/kernel/errors.ts';
import {
  type DatabaseAddress,
  type OpenDatabase,
  openDatabase,
} from '../../nodes/lib/postgres/open-database.ts';
import { openCuttableProxy } from '../support/cuttable-proxy.ts';
import { freshDatabase, sharedPostgres } from '../support/postgres.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { until } from '../support/until.ts';

async function failureOf(work: Promise<unknown>): Promise<EmailError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof EmailError, String(error));
  return error;
}

async function failureAt(address: Partial<DatabaseAddress>): Promise<EmailError> {
  const { address: usual } = await sharedPostgres();
  const database = await openDatabase({
    address: { ...usual, ...address },
    clock: systemClock,
    timeouts: { connect: 1_000 },
  });
  const failure = await failureOf(database.query('SELECT 1'));
  await database.close();
  return failure;
}

describe('openDatabase', () => {
  let database: OpenDatabase;
  let end: () => Promise<void>;
  before(async () => {
    const fresh = await freshDatabase();
    database = await fresh.open();
    end = fresh.drop;
    await database.query('CREATE TABLE mark (name text PRIMARY KEY, count integer)');
  });
  after(() => end());

  it('reads numbers as numbers, lists of them too, JSON as text and bytes as a Buffer', async () => {
    const rows = await database.query(
      `SELECT 8640000000000000::bigint AS time, sum(n) AS sum, array_agg(n) AS list, '{"a": 1}'::jsonb AS json,
        '\\x00ff'::bytea AS bytes FROM unnest($1::bigint[]) AS n`,
      [[1, 2 ** 50]],
    );
    const [{ bytes, ...row } = { bytes: undefined }] = rows as readonly { bytes?: unknown }[];
    assert.deepEqual(row, { time: 8.64e15, sum: 2 ** 50 + 1, list: [1, 2 ** 50], json: '{"a": 1}' });
    assert.deepEqual(bytes, Buffer.from([0, 255]));
  });

  it('names what is wrong in words, and no secret', async () => {
    const { address } = await sharedPostgres();
    const at = (database: string) => `The store ${database} on 127.0.0.1:${address.port} cannot be used: `;
    const wrongPassword = await failureAt({ password: 'very secret' });
    const noSuch = await failureAt({ database: 'nowhere' });
    const nobody = await failureAt({ port: 1 });
    const noTls = await failureAt({ tls: {} });
    const unknownHost = await failureAt({ host: 'nowhere.invalid' });
    assert.equal(
      wrongPassword.message,
      `${at('postgres')}the server does not accept the user name or the password.`,
    );
    assert.equal(noSuch.message, `${at('nowhere')}the server has no database of this name; create it first.`);
    assert.equal(noTls.message, `${at('postgres')}the server does not offer TLS.`);
    assert.equal(nobody.message, 'The store postgres on 127.0.0.1:1 cannot be used: nothing answers there.');
    assert.match(unknownHost.message, /the server’s name (is not known|could not be looked up)\.$/);
    for (const { code, stack, cause } of [wrongPassword, noSuch, nobody, noTls]) {
      assert.equal(code, 'store-unavailable');
      assert.doesNotMatch(`${stack} ${String(cause)}`, /very secret|of a test/);
    }
    assert.deepEqual([wrongPassword.retryable, noSuch.retryable, nobody.retryable], [false, false, true]);
  });

  it('quotes nothing of what a statement was given', async () => {
    const given = await failureOf(database.query(`SELECT $1::integer`, ['ann@example.com']));
    await database.query(`INSERT INTO mark VALUES ('ann@example.com', 1)`);
    const twice = await failureOf(database.query(`INSERT INTO mark VALUES ('ann@example.com', 2)`));
    assert.deepEqual([given.code, twice.code], ['internal-error', 'internal-error']);
    assert.match(twice.message, /23505: mark, mark_pkey/);
    for (const error of [given, twice]) assert.doesNotMatch(`${error.stack} ${error.cause}`, /ann@/);
  });

  it('does all of a transaction or nothing, and lets its work refuse', async () => {
    const refusal = new EmailError('queue-full', { detail: { count: 1 } });
    let attempts = 0;
    const work = database.transaction(async (tx) => {
      attempts += 1;
      await tx.query(`INSERT INTO mark VALUES ('refused', 1)`);
      throw refusal;
    });
    assert.equal(await failureOf(work), refusal);
    assert.equal(attempts, 1);
    assert.deepEqual(await database.query(`SELECT FROM mark WHERE name = 'refused'`), []);
  });

  it('does not take a transaction for done whose failure the work passed over', async () => {
    const work = database.transaction(async (tx) => {
      await tx.query(`INSERT INTO mark VALUES ('half', 1)`);
      await tx.query('SELECT 1 / 0').catch(() => {});
    });
    assert.equal((await failureOf(work)).code, 'internal-error');
    assert.deepEqual(await database.query(`SELECT FROM mark WHERE name = 'half'`), []);
  });

  it('does again what PostgreSQL took back because two waited for each other', async () => {
    await database.query(`INSERT INTO mark VALUES ('left', 0), ('right', 0)`);
    let together = (): void => {};
    const both = new Promise<void>((resolve) => {
      let waiting = 2;
      together = () => {
        waiting -= 1;
        if (waiting === 0) resolve();
      };
    });
    let attempts = 0;
    const raise = (first: string, second: string) =>
      database.transaction(async (tx) => {
        attempts += 1;
        const sql = 'UPDATE mark SET count = count + 1 WHERE name = $1';
        await tx.query(sql, [first]);
        together();
        await both;
        await tx.query(sql, [second]);
      });
    await Promise.all([raise('left', 'right'), raise('right', 'left')]);
    const rows = await database.query(`SELECT count FROM mark WHERE name IN ('left', 'right')`);
    assert.deepEqual([rows, attempts], [[{ count: 2 }, { count: 2 }], 3]);
  });

  it('tells why a statement that takes too long was ended', async () => {
    const { address } = await sharedPostgres();
    const hasty = await openDatabase({ address, clock: systemClock, timeouts: { statement: 50 } });
    const failure = await failureOf(hasty.query('SELECT pg_sleep(5)'));
    await hasty.close();
    assert.match(failure.message, /an answer took too long\.$/);
    assert.equal(failure.retryable, true);
  });

  it('refuses what comes after the end', async () => {
    const fresh = await freshDatabase();
    const closed = await fresh.open();
    await closed.close();
    assert.equal((await failureOf(closed.query('SELECT 1'))).code, 'app-closed');
    await fresh.drop();
  });
});

describe('openDatabase, when the way to the server is cut', () => {
  it('says so once, goes on with new connections, and hears notifications again', async () => {
    const fresh = await freshDatabase();
    const proxy = await openCuttableProxy(fresh.address.port);
    const failures: EmailError[] = [];
    const address = { ...fresh.address, port: proxy.port };
    const database = await fresh.open({ address, onFailure: (error) => failures.push(error) });
    const heard: (string | undefined)[] = [];
    const stop = database.listen('news', (payload) => heard.push(payload));
    const listens = `SELECT FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()`;
    await until(async () => (await database.query(listens)).length === 1);
    await database.query(`NOTIFY news, 'one'`);
    await until(() => heard.length === 1);
    const cutOff = failureOf(database.query('SELECT pg_sleep(5)'));
    await until(
      async () =>
        (await database.query(`SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'`)).length > 0,
    );
    proxy.cut();
    assert.match((await cutOff).message, /the connection was lost\.$/);
    await until(() => heard.length === 2);
    await database.query(`NOTIFY news, 'two'`);
    await until(() => heard.length === 3);
    stop();
    assert.deepEqual(heard, ['one', undefined, 'two']);
    assert.ok(failures.every(({ code }) => code === 'store-unavailable') && failures.length > 0);
    await fresh.drop();
    await proxy.close();
  });

  it('does not wait for ever for a server that says nothing', async () => {
    const fresh = await freshDatabase();
    const proxy = await openCuttableProxy(fresh.address.port);
    const address = { ...fresh.address, port: proxy.port };
    const database = await fresh.open({ address });
    const connection = await database.connect(200);
    await connection.query('SELECT 1');
    proxy.freeze();
    assert.match((await failureOf(connection.query('SELECT 1'))).message, /the server does not answer\.$/);
    await connection.end();
    proxy.thaw();
    await fresh.drop();
    await proxy.close();
  });

  it('finds a server that was restarted', async () => {
    const server = await startPostgres();
    const database = await openDatabase({ address: server.address, clock: systemClock });
    const lost: string[] = [];
    const connection = await database.connect();
    connection.onLost(() => lost.push('connection'));
    await Promise.all([database.query('SELECT 1'), database.query('SELECT 1')]);
    await server.crash();
    const down = await failureOf(database.query('SELECT 1'));
    await server.start();
    assert.deepEqual(await database.query('SELECT 1 AS one'), [{ one: 1 }]);
    await database.close();
    await server.end();
    assert.deepEqual([down.code, down.retryable, lost], ['store-unavailable', true, ['connection']]);
  });
});
