/** Who opened what, in a database. */
import { type DatabaseRoom, databaseShelf } from './database-rows.ts';
import type { Kept, Shelves } from './kept.ts';

interface AccessRow {
  readonly key: number;
  readonly at: number;
  readonly by_user: string;
  readonly what: Kept['access']['what'];
  readonly subject: string;
}

export function accessShelf(room: DatabaseRoom): Shelves['access'] {
  return databaseShelf<AccessRow, Kept['access']>(room, {
    ...{ table: 'access', from: 'email_app.access', by: ['key'] },
    toKept: ({ at, by_user: user, what, subject }) => ({ at, user, what, subject }),
    toRows: (accesses) => ({
      access: accesses.map(({ user: by_user, ...access }) => ({ ...access, by_user })),
    }),
  });
}
