/** How parts move between the states that are counted, written by the statement that moves them. */

/** One call of a kind at a time, or a transaction that writes its tally last: so none waits while it holds others up. */
export type Lane = 'accept' | 'claim' | 'settle' | 'other';

/** A part of a `WITH`; the counts are SQL. `$1` is the app, `$2` the instance. */
export function tallyBy(lane: Lane, counts: Partial<Record<Counted, string>>): string {
  const values = counted.map((state) => counts[state] ?? '0');
  const added = counted.map((state) => `${state} = turn_tally.${state} + excluded.${state}`);
  return `tallied AS (
    INSERT INTO email_app.turn_tally (app, instance, lane, ${counted.join(', ')})
    SELECT $1, $2, '${lane}', ${values.join(', ')}
    ON CONFLICT (app, instance, lane) DO UPDATE SET ${added.join(', ')})`;
}

const counted = ['held', 'queued', 'sending', 'unknown'] as const;
export type Counted = (typeof counted)[number];
