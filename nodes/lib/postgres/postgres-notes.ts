/** The port `Notes` on PostgreSQL: one set of facts for all machines of an app. */
import type { Notes } from '../kernel/notes.ts';
import type { Place } from './database.ts';

export function postgresNotes({ database, appId }: Pick<Place, 'database' | 'appId'>): Notes {
  return {
    async readNote(name) {
      const sql = 'SELECT value FROM email_app.note WHERE app = $1 AND name = $2';
      const [row] = await database.query<{ value: string }>(sql, [appId, name]);
      return row?.value;
    },
    async writeNote(name, value) {
      if (value === undefined) {
        await database.query('DELETE FROM email_app.note WHERE app = $1 AND name = $2', [appId, name]);
        return;
      }
      await database.query(
        `INSERT INTO email_app.note (app, name, value) VALUES ($1, $2, $3)
          ON CONFLICT (app, name) DO UPDATE SET value = excluded.value`,
        [appId, name, value],
      );
    },
  };
}
