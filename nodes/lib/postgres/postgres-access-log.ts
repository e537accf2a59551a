/** The port `AccessLog` on PostgreSQL: a row is committed when `note` resolves. */
import type { Access, AccessLog } from '../message-log/access-log.ts';
import type { Place } from './database.ts';
import { plainText } from './outbox-outcomes.ts';

const insert = `INSERT INTO email_app.access (app, at, by_user, what, subject) VALUES ($1, $2, $3, $4, $5)`;
const newest = `SELECT at, by_user AS "user", what, subject FROM email_app.access
  WHERE app = $1 ORDER BY key DESC LIMIT $2`;
const prune = 'DELETE FROM email_app.access WHERE app = $1 AND at < $2';

export function postgresAccessLog({ database, appId }: Pick<Place, 'database' | 'appId'>): AccessLog {
  return {
    async note({ at, user, what, subject }) {
      await database.query(insert, [appId, at, plainText(user), what, plainText(subject)]);
    },
    list: (limit) => database.query<Access>(newest, [appId, limit]),
    async prune(before) {
      await database.query(prune, [appId, before]);
    },
  };
}
