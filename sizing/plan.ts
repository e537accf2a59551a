/**
 * A send that takes days, minute by minute: regions with a rate, a quota of 24 hours that rolls, a warm-up, and failures.
 * Each region is an email app with a share of the recipients.
 */

export interface Region {
  readonly name: string;
  readonly perSecond: number;
  /** In any 24 hours. */
  readonly quota: number;
  /** Most on the first day, and by what it grows each day. */
  readonly warmUp?: { readonly first: number; readonly growth: number };
  /** Hours from the start. */
  readonly down?: readonly [from: number, until: number];
}

export interface Plan {
  readonly recipients: number;
  readonly regions: readonly Region[];
  /** What all machines can do together, a second. */
  readonly perSecond: number;
  readonly mostDays: number;
}

export interface PlanResult {
  /** Undefined if it is not done within `mostDays`. */
  readonly hours?: number;
  readonly sent: number;
  readonly left: number;
  /** At the end of each hour. */
  readonly sentByHour: readonly number[];
  /** Most in any 24 hours, of each region. */
  readonly mostInDay: readonly number[];
}

const dayOfMinutes = 24 * 60;

interface Progress {
  readonly region: Region;
  left: number;
  /** Of each minute. */
  readonly sent: number[];
  inDay: number;
  mostInDay: number;
}

export function simulatePlan({ recipients, regions, perSecond, mostDays }: Plan): PlanResult {
  const all = regions.reduce((sum, region) => sum + region.perSecond, 0);
  const progress = regions.map((region) => begin(region, Math.floor((recipients * region.perSecond) / all)));
  const [first] = progress;
  if (first) first.left += recipients - progress.reduce((sum, { left }) => sum + left, 0);
  const sentByHour: number[] = [];
  const leftOf = () => progress.reduce((sum, { left }) => sum + left, 0);
  let minute = 0;
  for (; leftOf() > 0 && minute < mostDays * dayOfMinutes; minute++) {
    let capacity = Math.floor(perSecond * 60);
    for (const one of progress) capacity -= advance(one, minute, capacity);
    if (minute % 60 === 59) sentByHour.push(recipients - leftOf());
  }
  const left = leftOf();
  return {
    hours: left === 0 ? minute / 60 : undefined,
    ...{ sent: recipients - left, left, sentByHour },
    mostInDay: progress.map(({ mostInDay }) => mostInDay),
  };
}

function begin(region: Region, left: number): Progress {
  return { region, left, sent: [], inDay: 0, mostInDay: 0 };
}

/** Answers how many it sent in this minute. */
function advance(progress: Progress, minute: number, capacity: number): number {
  const { region, sent } = progress;
  progress.inDay -= sent[minute - dayOfMinutes] ?? 0;
  const may = isDown(region, minute) ? 0 : Math.max(0, quotaAt(region, minute) - progress.inDay);
  const count = Math.min(progress.left, Math.floor(region.perSecond * 60), may, Math.max(0, capacity));
  sent[minute] = count;
  progress.left -= count;
  progress.inDay += count;
  progress.mostInDay = Math.max(progress.mostInDay, progress.inDay);
  return count;
}

function isDown({ down: [from, until] = [0, 0] }: Region, minute: number): boolean {
  return minute >= from * 60 && minute < until * 60;
}

function quotaAt({ quota, warmUp }: Region, minute: number): number {
  if (!warmUp) return quota;
  const day = Math.floor(minute / dayOfMinutes);
  return Math.min(quota, Math.floor(warmUp.first * warmUp.growth ** day));
}
