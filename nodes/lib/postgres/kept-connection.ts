/** A database in; queries by one connection that is kept for them, so that they wait behind nobody else's, out. */
import type { Queries } from './database.ts';
import type { Connection, OpenDatabase } from './open-database.ts';

export interface KeptConnection extends Queries {
  end(): Promise<void>;
}

/** Opened when first asked, and anew after it failed; an answer is waited for `patience` ms. One statement at a time. */
export function keptConnection(database: Pick<OpenDatabase, 'connect'>, patience: number): KeptConnection {
  let kept: Connection | undefined;
  const drop = (connection: Connection): void => {
    if (kept === connection) kept = undefined;
    void connection.end();
  };
  return {
    async query(text, values) {
      const connection = kept ?? (await database.connect(patience));
      if (kept !== connection) connection.onLost(() => drop(connection));
      kept = connection;
      try {
        return await connection.query(text, values);
      } catch (error) {
        drop(connection);
        throw error;
      }
    },
    async end() {
      await kept?.end();
    },
  };
}
