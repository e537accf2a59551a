/** The port `InboundQueue` on PostgreSQL: what one machine received any other may read. */
import type { InboundQueue } from '../inbound/inbound-queue.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { rowSeal } from '../keys/row-seal.ts';
import { openBell } from './bell.ts';
import type { Place } from './database.ts';
import { inboundAccepting } from './inbound-accepting.ts';
import { asideMails } from './inbound-aside.ts';
import { openCopies } from './inbound-copies.ts';
import { beginMail, type InboundDesk, putBackMail } from './inbound-reading.ts';

export interface InboundQueueOptions {
  readonly keys: KeyRing;
  /** Where mails lie while this machine reads them. */
  readonly folder: string;
  /** Of all that are kept. */
  readonly maxBytes: number;
}

export interface PostgresInboundQueue extends InboundQueue {
  /** What it had begun waits again, its attempt counted; what it was receiving is gone, for its source was told nothing. */
  recoverDead(instance: string): Promise<void>;
  close(): void;
}

const channel = 'email_app_inbound';

/** Throws EmailError `store-unavailable`. */
export async function openInboundQueue(
  place: Place,
  { keys, folder, maxBytes }: InboundQueueOptions,
): Promise<PostgresInboundQueue> {
  const copies = await openCopies(folder, place);
  const desk: InboundDesk = { ...place, seal: rowSeal(keys, `${place.appId} inbound`), maxBytes, copies };
  const bell = openBell(place, channel);
  const accept = inboundAccepting(desk);
  return {
    ...asideMails(desk),
    async accept(...received) {
      const accepted = await accept(...received);
      if (accepted.isNew) bell.ring();
      return accepted;
    },
    begin: (unactedOnly = false) => beginMail(desk, unactedOnly),
    async done(id) {
      const sql = `DELETE FROM email_app.inbound WHERE app = $1 AND id = $2 AND state <> 'arriving'`;
      await place.database.query(sql, [place.appId, id]);
      await copies.remove(id);
    },
    putBack: (id, how, now) => putBackMail(desk, { id, how, now }),
    counts: () => countsOf(place),
    onArrival: (listener) => bell.hear(() => listener()),
    async prune(keysBefore, asideBefore) {
      await forgetKeys(place, keysBefore);
      await forgetMails(desk, "state = 'aside' AND aside_at < $2", asideBefore);
      await sweepCopies(desk);
    },
    forgetWaiting: (before) => forgetMails(desk, "state = 'waiting' AND acted > 0 AND acted < $2", before),
    async recoverDead(instance) {
      await recover(place, instance);
      bell.ring();
    },
    close: () => bell.close(),
  };
}

async function countsOf({ database, appId }: Place): Promise<{ waiting: number; setAside: number }> {
  const [found] = await database.query<{ waiting: number; set_aside: number }>(
    `SELECT count(*) FILTER (WHERE state IN ('waiting', 'begun'))::integer AS waiting,
        count(*) FILTER (WHERE state = 'aside')::integer AS set_aside
      FROM email_app.inbound WHERE app = $1`,
    [appId],
  );
  return { waiting: found?.waiting ?? 0, setAside: found?.set_aside ?? 0 };
}

async function forgetKeys({ database, appId }: Place, before: number): Promise<void> {
  await database.query('DELETE FROM email_app.inbound_key WHERE app = $1 AND at < $2', [appId, before]);
}

/** Mails in one go: each may be large, and no transaction shall be long. */
const step = 100;

async function forgetMails({ database, appId, copies }: InboundDesk, which: string, before: number) {
  const sql = `DELETE FROM email_app.inbound WHERE app = $1 AND id IN (
      SELECT id FROM email_app.inbound WHERE app = $1 AND ${which} LIMIT ${step} FOR UPDATE SKIP LOCKED
    ) RETURNING id`;
  let total = 0;
  for (let count = step; count === step; total += count) {
    const gone = await database.query<{ id: string }>(sql, [appId, before]);
    await Promise.all(gone.map(({ id }) => copies.remove(id)));
    count = gone.length;
  }
  return total;
}

/** Another machine may have forgotten what was looked at here. */
async function sweepCopies({ database, appId, instance, copies }: InboundDesk): Promise<void> {
  const ids = copies.ids();
  if (ids.length === 0) return;
  const needed = await database.query<{ id: string }>(
    `SELECT id FROM email_app.inbound WHERE app = $1 AND id = ANY ($2) AND (state = 'aside' OR holder = $3)`,
    [appId, ids, instance],
  );
  const kept = new Set(needed.map(({ id }) => id));
  await Promise.all(ids.filter((id) => !kept.has(id)).map((id) => copies.remove(id)));
}

async function recover({ database, appId }: Place, instance: string): Promise<void> {
  const held = 'app = $1 AND holder = $2 AND state';
  for (const sql of [
    `UPDATE email_app.inbound SET state = 'waiting', holder = NULL WHERE ${held} = 'begun'`,
    `DELETE FROM email_app.inbound WHERE ${held} = 'arriving'`,
  ])
    await database.query(sql, [appId, instance]);
}
