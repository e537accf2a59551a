/** A database that may never have been deployed comes in; what it is, in plain words, goes out. */
import type { Clock } from '../kernel/clock.ts';
import { EmailError } from '../kernel/errors.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import { databaseAddress } from './database-address.ts';

/** Nothing is written. Throws EmailError `bad-settings` without a database, and what connecting throws. */
export async function testStore({ store }: Pick<AppSettings, 'store'>, clock: Clock): Promise<string> {
  if (store.kind !== 'postgres')
    throw new EmailError('bad-settings', {
      field: 'storeKind',
      detail: { why: 'there is no database to test' },
    });
  const { openDatabase } = await import('../postgres/open-database.ts');
  const database = await openDatabase({ address: databaseAddress(store), clock, connections: 1 });
  try {
    const [found] = await database.query<{ version: string; isOurs: boolean; mayCreate: boolean }>(
      `SELECT current_setting('server_version') AS version, to_regnamespace('email_app') IS NOT NULL AS "isOurs",
        has_database_privilege(current_database(), 'CREATE') AS "mayCreate"`,
    );
    return sentence(database.name, found);
  } finally {
    await database.close();
  }
}

interface Found {
  readonly version: string;
  readonly isOurs: boolean;
  readonly mayCreate: boolean;
}

function sentence(name: string, found?: Found): string {
  if (!found) return `${name} answers.`;
  const { version, isOurs, mayCreate } = found;
  const server = `${name} answers: PostgreSQL ${version}.`;
  if (isOurs) return `${server} The schema email_app is there.`;
  if (mayCreate) return `${server} The schema email_app will be made when the app is deployed.`;
  throw new EmailError('bad-settings', {
    field: 'storeUser',
    detail: { why: 'this user may not make the schema email_app: GRANT CREATE ON DATABASE is needed once' },
  });
}
