/** How many parts wait, without counting them: from the tally that triggers keep, see schema. */
import type { DatabaseSync } from 'node:sqlite';
import { endOfTime, type OutboxCounts } from '../outbound/outbox.ts';
import { mailingCounting } from './mailing-counts.ts';
import { priorityRanks } from './outbox-rows.ts';
import { prepareStatement } from './prepare-statement.ts';

interface Tally {
  readonly queued: number;
  readonly sending: number;
  readonly unknown: number;
  readonly due: number;
  readonly due_until: number;
}

/** Parts that may become due before the tally's own due time is moved on: reading stays cheap and rarely writes. */
const largestCatchUp = 1000;

export function countsOperation(database: DatabaseSync) {
  const readTally = prepareStatement<Tally>(database, 'SELECT * FROM tally');
  const moveOn = prepareStatement(database, 'UPDATE tally SET due = ?, due_until = ?');
  const countBetween = perPriority(
    database,
    `SELECT count(*) AS found FROM part WHERE state = 'queued' AND priority = ? AND due_at > ? AND due_at <= ?`,
  );
  const firstDue = perPriority(
    database,
    `SELECT min(due_at) AS found FROM part WHERE state = 'queued' AND priority = ? AND due_at > ? AND due_at <= ?`,
  );
  const countMailings = mailingCounting(database);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

  return (now: number): OutboxCounts => {
    const tally = readTally.get();
    if (!tally) throw new Error('the tally is missing');
    const sinceThen = sum(countBetween(tally.due_until, now)) - sum(countBetween(now, tally.due_until));
    const waiting = tally.due + sinceThen;
    if (Math.abs(sinceThen) > largestCatchUp) moveOn.run(waiting, now);
    const mailings = countMailings(now);
    return {
      waiting: waiting + mailings.due,
      scheduled: tally.queued - waiting + mailings.later,
      sending: tally.sending,
      unknown: tally.unknown,
      oldestDueAt: earliest([...firstDue(Number.MIN_SAFE_INTEGER, now), ...mailings.dueTimes]),
      // what waits for a person has no time
      nextDueAt: earliest([...firstDue(now, endOfTime - 1), ...mailings.laterTimes]),
    };
  };
}

/** One range of the index for each priority; nothing is found as null, and left out. */
function perPriority(database: DatabaseSync, sql: string) {
  const statement = prepareStatement<{ found: number | null }>(database, sql);
  return (after: number, until: number): number[] =>
    Object.values(priorityRanks).flatMap((priority) => statement.get(priority, after, until)?.found ?? []);
}

function earliest(times: readonly number[]): number | undefined {
  return times.length === 0 ? undefined : Math.min(...times);
}
