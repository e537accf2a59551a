/** An opened database and its spool come in; mails that a crash left begun wait again, and files of no mail are gone. */
import { prepareStatement } from './prepare-statement.ts';
import type { Spool } from './spool.ts';
import type { StoreContext } from './store-context.ts';

/** Names of received mails in the spool; they end as mail programs expect it. */
export const inboundName = (id: string): string => `inbound-${id}.eml`;

/** Its attempt stays counted: a mail that ends the process each time must not do so for ever. */
export function recoverBegun(database: StoreContext['database']): void {
  database.exec(`UPDATE inbound SET state = 'waiting' WHERE state = 'begun'`);
}

/** Goes: what was cut off before its facts were committed, or after its row went; and the copy of a mail in its row. */
export function sweepInbound({
  database,
  spool,
}: {
  database: StoreContext['database'];
  spool: Spool;
}): void {
  const isUsed = prepareStatement(
    database,
    `SELECT 1 FROM inbound WHERE id = ? AND (bytes IS NULL OR state = 'aside')`,
  );
  for (const name of spool.names()) {
    const [, id] = /^inbound-([\w-]+)\.eml(?:\.part)?$/.exec(name) ?? [];
    if (id !== undefined && (name.endsWith('.part') || !isUsed.get(id))) spool.remove(name);
  }
}
