/** Mails go out to the machine that reads them, and come back to their place. */
import type { PutBack, QueuedMail, ReceiptFacts } from '../inbound/inbound-queue.ts';
import type { Place } from './database.ts';
import type { InboundRoom } from './inbound-accepting.ts';
import type { InboundCopies } from './inbound-copies.ts';
import { holdsItsLease } from './instance-tables.ts';

export interface InboundDesk extends InboundRoom {
  readonly copies: InboundCopies;
}

interface BegunRow {
  readonly id: string;
  readonly size: number;
  readonly tries: number;
  readonly acted: number;
  readonly facts: Buffer;
}

const begin = (condition: string) => `
  UPDATE email_app.inbound SET state = 'begun', holder = $2::text, attempts = attempts + 1
    WHERE app = $1 AND ${holdsItsLease('$1', '$2::text')} AND id = (
      SELECT id FROM email_app.inbound WHERE app = $1 AND state = 'waiting' ${condition}
        ORDER BY arrival LIMIT 1 FOR UPDATE SKIP LOCKED
    ) RETURNING id, size, attempts - 1 AS tries, acted, facts`;
const beginAny = begin('');
const beginUnacted = begin('AND acted = 0');

export async function beginMail(desk: InboundDesk, unactedOnly: boolean): Promise<QueuedMail | undefined> {
  const { database, appId, instance } = desk;
  const sql = unactedOnly ? beginUnacted : beginAny;
  const [row] = await database.query<BegunRow>(sql, [appId, instance]);
  if (!row) return undefined;
  const { id, size, tries: attempts, acted } = row;
  try {
    const file = await layOut(id, desk);
    return { id, size, attempts, acted: acted > 0, facts: openFacts(row.facts, desk), file };
  } catch (error) {
    await putBackMail(desk, { id, how: 'unused', now: 0 }).catch(() => {});
    throw error;
  }
}

export function openFacts(facts: Buffer, { seal }: InboundDesk): ReceiptFacts {
  return JSON.parse(seal.open(facts).toString());
}

/** Chunks read at once. */
const together = 4;

/** Into the file where it is read; answers its path. */
export function layOut(id: string, { database, appId, seal, copies }: InboundDesk): Promise<string> {
  const sql = `SELECT bytes FROM email_app.inbound_chunk WHERE app = $1 AND mail = $2 AND place >= $3
    ORDER BY place LIMIT ${together}`;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (let place = 0, count = together; count === together; place += together) {
      const chunks = await database.query<{ bytes: Buffer }>(sql, [appId, id, place]);
      for (const chunk of chunks) yield seal.open(chunk.bytes);
      count = chunks.length;
    }
  }
  return copies.write(id, bytes());
}

export interface PutBackMail {
  readonly id: string;
  readonly how: PutBack;
  readonly now: number;
}

/** Nothing changes if another has it by now. */
export async function putBackMail(
  { database, appId, instance, copies }: Place & { readonly copies: InboundCopies },
  { id, how, now }: PutBackMail,
): Promise<void> {
  // before it can be begun, and laid out, again
  await copies.remove(id);
  await database.query(
    `UPDATE email_app.inbound SET state = 'waiting', holder = NULL, attempts = attempts - $4,
        acted = CASE acted WHEN 0 THEN $5 ELSE acted END
      WHERE app = $1 AND id = $2 AND state = 'begun' AND holder = $3`,
    [appId, id, instance, how === 'failed' ? 0 : 1, how === 'acted' ? now : 0],
  );
}
