/** Received mails that were set aside, for a person. */
import type { AsideMail, InboundQueue } from '../inbound/inbound-queue.ts';
import { type InboundDesk, layOut, openFacts } from './inbound-reading.ts';

interface AsideRow {
  readonly id: string;
  readonly size: number;
  readonly aside_at: number;
  readonly why: Buffer | null;
  readonly facts: Buffer;
}

type AsideMails = Pick<InboundQueue, 'setAside' | 'listAside' | 'openAside' | 'retryAside' | 'forgetAside'>;

/** Bytes: the files of a list are there as long as nobody has to wait for them. */
const shownAtOnce = 256 * 1024;

export function asideMails(desk: InboundDesk): AsideMails {
  const { database, appId, instance, seal, copies } = desk;
  const select = `SELECT id, size, aside_at, why, facts FROM email_app.inbound WHERE app = $1 AND state = 'aside'`;
  const toAside = (row: AsideRow): AsideMail => ({
    ...{ id: row.id, size: row.size, setAsideAt: row.aside_at },
    why: row.why ? seal.open(row.why).toString() : '',
    facts: openFacts(row.facts, desk),
    file: copies.fileOf(row.id),
  });
  return {
    async setAside(id, why, now) {
      await database.query(
        `UPDATE email_app.inbound SET state = 'aside', holder = NULL, aside_at = $4, why = $5
          WHERE app = $1 AND id = $2 AND state IN ('begun', 'waiting') AND coalesce(holder, $3) = $3`,
        [appId, id, instance, now, seal.seal(Buffer.from(why))],
      );
    },
    async listAside(limit) {
      const rows = await database.query<AsideRow>(`${select} ORDER BY aside_at DESC LIMIT $2`, [
        appId,
        limit,
      ]);
      for (const { id, size } of rows) if (size <= shownAtOnce && !copies.has(id)) await layOut(id, desk);
      return rows.map(toAside);
    },
    async openAside(id) {
      const [row] = await database.query<AsideRow>(`${select} AND id = $2`, [appId, id]);
      if (!row) return undefined;
      await layOut(id, desk);
      return toAside(row);
    },
    async retryAside(id, now) {
      const rows = await database.query<{ id: string }>(
        `UPDATE email_app.inbound SET state = 'waiting', attempts = 0, aside_at = NULL, why = NULL,
            acted = CASE acted WHEN 0 THEN 0 ELSE $3 END
          WHERE app = $1 AND state = 'aside' AND ($2::text IS NULL OR id = $2) RETURNING id`,
        [appId, id ?? null, now],
      );
      await Promise.all(rows.map((row) => copies.remove(row.id)));
      return rows.length;
    },
    async forgetAside(id) {
      const sql = `DELETE FROM email_app.inbound WHERE app = $1 AND id = $2 AND state = 'aside' RETURNING id`;
      const gone = await database.query(sql, [appId, id]);
      if (gone.length > 0) await copies.remove(id);
    },
  };
}
