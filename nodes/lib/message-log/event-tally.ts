/** How many of what happened in each hour; outlives the events themselves. */

export const tallied = [
  'sent',
  'delivered',
  'bounced',
  'complained',
  'unsubscribed',
  'failed',
  'suppressed',
  'opened',
  'clicked',
  'received',
] as const;

export type Tallied = (typeof tallied)[number];
export type Tally = Readonly<Record<Tallied, number>>;

export interface HourTally {
  /** Begin of the hour (ms since the epoch). */
  readonly hour: number;
  readonly counts: Tally;
}

export interface EventTally {
  /** Counts what was logged since the last time, in steps that hold up nobody. */
  roll(): Promise<void>;
  /** Hours in which anything happened, in their order, from `from` (ms since the epoch) on. */
  read(from: number): Promise<readonly HourTally[]>;
  /** Since the store was made, whatever was pruned. */
  totals(): Promise<Tally>;
  prune(before: number): Promise<void>;
}
