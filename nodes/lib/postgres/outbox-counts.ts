/** How many parts wait, without counting all of them: from the tallies, and from the indexes of what is due when. */
import { endOfTime, type OutboxCounts } from '../outbound/outbox.ts';
import type { OutboxRoom } from './outbox-room.ts';

/** Parts of one side, due or not, that are counted each time. */
const mostCounted = 10_000;
/** Where there are more on both sides, a count lasts for so long (ms). */
const longestKept = 30_000;

interface Row {
  readonly queued: number;
  readonly sending: number;
  readonly unknown: number;
  readonly due: number;
  readonly later: number;
  readonly oldest: number | null;
  readonly next: number | null;
}

const everyRank = `(SELECT 0 AS rank UNION ALL SELECT 1 UNION ALL SELECT 2) AS ranks, owners`;
const ofRank = `FROM email_app.turn WHERE app = $1 AND state = 'queued' AND owner = owners.owner AND priority = ranks.rank`;
const countSome = (when: string, most: string) =>
  `(SELECT sum(found.count) FROM ${everyRank}, LATERAL
    (SELECT count(*) FROM (SELECT 1 ${ofRank} AND due_at ${when} LIMIT ${most}) AS these) AS found)`;
const first = (when: string) =>
  `(SELECT min(found.due_at) FROM ${everyRank}, LATERAL
    (SELECT due_at ${ofRank} AND due_at ${when} ORDER BY due_at LIMIT 1) AS found)`;

/** Each owner of waiting parts, one step of the index each. */
const owners = `
  RECURSIVE owners AS (
    (SELECT owner FROM email_app.turn WHERE app = $1 AND state = 'queued' ORDER BY owner LIMIT 1)
    UNION ALL
    SELECT next.owner FROM owners, LATERAL (SELECT turn.owner FROM email_app.turn
      WHERE app = $1 AND state = 'queued' AND turn.owner > owners.owner ORDER BY turn.owner LIMIT 1) AS next
  )`;

const readCounts = `
  WITH ${owners}, tally AS (
    SELECT coalesce(sum(queued), 0)::bigint AS queued, coalesce(sum(sending), 0)::bigint AS sending,
      coalesce(sum(unknown), 0)::bigint AS unknown FROM email_app.turn_tally WHERE app = $1
  )
  SELECT tally.*, coalesce(${countSome('<= $2', `${mostCounted + 1}`)}, 0)::bigint AS due,
    coalesce(${countSome('> $2', `${mostCounted + 1}`)}, 0)::bigint AS later,
    ${first('<= $2')} AS oldest, ${first(`> $2 AND due_at < ${endOfTime}`)} AS next
  FROM tally`;

const countDue = `WITH ${owners} SELECT coalesce(${countSome('<= $2', 'ALL')}, 0)::bigint AS due`;

interface Mailings {
  readonly due: number;
  readonly later: number;
  readonly oldest: number | null;
  readonly next: number | null;
}

/** Those of a paused class are not due. */
const countMailings = `
  WITH waiting AS (
    SELECT due_at, copies - drawn AS copies, due_at <= $2 AND NOT EXISTS (SELECT FROM email_app.domain_pause
      WHERE app = $1 AND until > $2 AND domain = 'class:' || message_class) AS is_due
    FROM email_app.mailing WHERE app = $1
  )
  SELECT coalesce(sum(copies) FILTER (WHERE is_due), 0)::bigint AS due,
    coalesce(sum(copies) FILTER (WHERE NOT is_due), 0)::bigint AS later,
    min(due_at) FILTER (WHERE is_due) AS oldest, min(due_at) FILTER (WHERE NOT is_due AND due_at > $2) AS next
  FROM waiting`;

export function counting(room: OutboxRoom): (now: number) => Promise<OutboxCounts> {
  const { database, appId } = room;
  let kept: { readonly at: number; readonly due: number } | undefined;

  async function dueOf({ queued, due, later }: Row, now: number): Promise<number> {
    if (later <= mostCounted) return queued - later;
    if (due <= mostCounted) return due;
    if (!kept || Math.abs(now - kept.at) > longestKept) {
      const [counted] = await database.query<{ due: number }>(countDue, [appId, now]);
      kept = { at: now, due: counted?.due ?? 0 };
    }
    return Math.min(kept.due, queued - later);
  }

  return async (now) => {
    const [[row], [mailings]] = await Promise.all([
      database.query<Row>(readCounts, [appId, now]),
      database.query<Mailings>(countMailings, [appId, now]),
    ]);
    if (!row || !mailings) throw new Error('an aggregate has one row');
    const waiting = await dueOf(row, now);
    return {
      waiting: waiting + mailings.due,
      scheduled: row.queued - waiting + mailings.later,
      sending: row.sending,
      unknown: row.unknown,
      oldestDueAt: earliest(row.oldest, mailings.oldest),
      // what waits for a person has no time
      nextDueAt: earliest(row.next, mailings.next),
    };
  };
}

function earliest(...times: readonly (number | null)[]): number | undefined {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? undefined : Math.min(...known);
}
