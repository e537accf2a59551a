/** Small facts of the app by name. */
import { prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

export function noteOperations({ database }: StoreContext) {
  const read = prepareStatement<{ value: string }>(database, 'SELECT value FROM note WHERE name = ?');
  const write = prepareStatement(database, 'INSERT OR REPLACE INTO note VALUES (?, ?)');
  const forget = prepareStatement(database, 'DELETE FROM note WHERE name = ?');
  return {
    'note.read': (name: string): string | undefined => read.get(name)?.value,
    'note.write': ({ name, value }: { name: string; value: string | undefined }): void => {
      if (value === undefined) forget.run(name);
      else write.run(name, value);
    },
  };
}
