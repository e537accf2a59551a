import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import { migrate, migrations } from '../../nodes/lib/postgres/migrations.ts';
import {
  type DatabaseAddress,
  type OpenDatabase,
  openDatabase,
} from '../../nodes/lib/postgres/open-database.ts';
import { assertRefused } from '../support/assert-refused.ts';
import { sharedPostgres } from '../support/postgres.ts';

const program = new URL('../support/migrate-postgres.ts', import.meta.url).pathname;
const steps = [
  'CREATE TABLE email_app.one (n integer)',
  'SELECT pg_sleep(0.1); ALTER TABLE email_app.one ADD COLUMN more text',
];

describe('migrate', () => {
  let admin: OpenDatabase;
  let address: DatabaseAddress;
  let database: OpenDatabase;
  beforeEach(async () => {
    const shared = await sharedPostgres();
    admin = await openDatabase({ address: shared.address, clock: systemClock });
    await admin.query('CREATE DATABASE bare');
    address = { ...shared.address, database: 'bare' };
    database = await openDatabase({ address, clock: systemClock });
  });
  afterEach(async () => {
    await database.close();
    await admin.query('DROP DATABASE bare WITH (FORCE)');
    await admin.close();
  });

  const applied = () => database.query('SELECT number FROM email_app.migration ORDER BY number');

  it('is done once by programs that start at the same moment', async () => {
    const run = () => promisify(execFile)(process.execPath, [program, JSON.stringify(address)]);
    await Promise.all([run(), run(), run(), migrate(database)]);
    assert.deepEqual(
      await applied(),
      migrations.map((_sql, index) => ({ number: index + 1 })),
    );
  });

  it('goes on from where an older version was, with its rows', async () => {
    await migrate(database, steps.slice(0, 1));
    await database.query('INSERT INTO email_app.one VALUES (1)');
    await Promise.all([migrate(database, steps), migrate(database, steps)]);
    assert.deepEqual(await database.query('SELECT n, more FROM email_app.one'), [{ n: 1, more: null }]);
    assert.deepEqual(await applied(), [{ number: 1 }, { number: 2 }]);
  });

  it('does all of what is new or nothing', async () => {
    await migrate(database, steps.slice(0, 1));
    await assertRefused(() => migrate(database, [...steps, 'SELECT 1 FROM nowhere']), 'internal-error');
    assert.deepEqual(await applied(), [{ number: 1 }]);
    await migrate(database, steps);
    assert.deepEqual(await applied(), [{ number: 1 }, { number: 2 }]);
  });

  it('refuses what a newer version has made, and touches nothing there', async () => {
    await migrate(database, steps);
    await assertRefused(() => migrate(database, steps.slice(0, 1)), 'store-newer');
    assert.equal((await applied()).length, 2);
  });

  it('needs no right but to the schema, when somebody made it for this user', async () => {
    await admin.query(`CREATE ROLE guest LOGIN PASSWORD 'guest'`);
    const guest = await openDatabase({
      address: { ...address, user: 'guest', password: 'guest' },
      clock: systemClock,
    });
    await assertRefused(() => migrate(guest), 'store-unavailable');
    await database.query('CREATE SCHEMA email_app AUTHORIZATION guest');
    await migrate(guest);
    assert.equal((await applied()).length, migrations.length);
    await guest.close();
    await database.query('DROP OWNED BY guest');
    await admin.query('DROP ROLE guest');
  });
});
