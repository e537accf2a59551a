/** Counts and samples in; what they say, and whether it is good, out. */
import { type Counts, eventsOf } from './counts.ts';
import type { ProbeSample, Stall } from './sample.ts';
import { longestTurn } from './stalls.ts';

export interface LoadReport {
  readonly ok: boolean;
  /** What is not as it should be, in words; empty when it is ok. */
  readonly faults: readonly string[];
  readonly counts: Counts;
  readonly heap: Trend;
  readonly rss: Trend;
  /** At rest before the load, at most under it, and at rest after it. */
  readonly handles: Rests;
  readonly files: Rests;
  /** ms */
  readonly loop: ProbeSample['loop'];
  readonly idleLoop: ProbeSample['loop'];
  readonly stalls: StallReport;
  /** Share of one processor. */
  readonly cpu: number;
  /** At most, in bytes. */
  readonly log: number;
  readonly spool: number;
}

type Pair = readonly [first: number, last: number];
type Rests = readonly [before: number, most: number, after: number];

export interface Trend {
  /** Bytes in the first and the last third after the warm-up. */
  readonly from: number;
  readonly to: number;
  readonly mbAnHour: number;
  readonly bytesAMail: number;
}

export interface StallReport {
  /** While modules are loaded for the first time. */
  readonly warmUp: readonly Stall[];
  /** Our code ran or was blocked for longer than a turn may take. */
  readonly ours: readonly Stall[];
  /** Without its garbage collection it would have been short. */
  readonly garbage: readonly Stall[];
  /** The machine ran something else, or woke it late. */
  readonly machine: readonly Stall[];
  /** Of a process that did nothing beside it. */
  readonly idle: readonly Stall[];
}

const limits = {
  /** An object that stays from each mail takes more. */
  heapBytesAMail: 32,
  /** Last third over the first. */
  rssGrowth: 1.15,
  moreHandles: 3,
};

/** Of the load, until code is compiled and buffers have their size; two minutes at most. */
const warmUpOf = ({ beganAt, endedAt }: Counts): number => Math.min((endedAt - beganAt) / 4, 120_000);

export function reportOf(
  counts: Counts,
  all: readonly ProbeSample[],
  idle: readonly ProbeSample[],
): LoadReport {
  const { beganAt, endedAt } = counts;
  const warmUntil = beganAt + warmUpOf(counts);
  const samples = all.filter(({ at }) => at >= warmUntil && at <= endedAt);
  const mailsAMs = counts.given.mails / (endedAt - beganAt);
  const rests = (of: (sample: ProbeSample) => number): Rests => [
    of(all.findLast(({ at }) => at < beganAt) as ProbeSample),
    Math.max(...samples.map(of)),
    of(all.at(-1) as ProbeSample),
  ];
  const trend = (of: (sample: ProbeSample) => number): Trend => trendOf(samples, of, mailsAMs);
  const report = {
    counts,
    heap: trend(({ heapUsed }) => heapUsed),
    rss: trend(({ rss }) => rss),
    handles: rests(({ handles }) => handles),
    files: rests(({ files }) => files),
    loop: loopOf(samples),
    idleLoop: loopOf(idle),
    stalls: stallsOf(all, warmUntil, idle),
    cpu: median(samples.map(({ cpu }) => cpu)),
    log: Math.max(...all.map(({ log }) => log)),
    spool: Math.max(...all.map(({ spool }) => spool)),
  };
  const faults = faultsOf(report);
  return { ok: faults.length === 0, faults, ...report };
}

function faultsOf({
  counts,
  heap,
  rss,
  handles,
  files,
  stalls,
}: Omit<LoadReport, 'ok' | 'faults'>): string[] {
  const { given, taken, lost } = counts;
  const checks: readonly (readonly [boolean, string])[] = [
    [given.mails > 0 && given.received > 0 && given.left > 0, 'nothing was accepted of some kind'],
    [given.refused === 0, `${given.refused} requests refused: ${given.refusal}`],
    [lost === 0, `${lost} mails lost`],
    [taken.doubled === 0, `${taken.doubled} mails came twice`],
    [taken.events >= eventsOf(given), `${taken.events} of ${eventsOf(given)} events told`],
    [taken.received >= given.received, `${taken.received} of ${given.received} received mails told`],
    [heap.bytesAMail <= limits.heapBytesAMail, `objects grow by ${heap.bytesAMail} bytes a mail`],
    [rss.to <= rss.from * limits.rssGrowth, `memory grew from ${rss.from} to ${rss.to} bytes`],
    [handles[2] <= handles[0] + limits.moreHandles, `handles grew from ${handles[0]} to ${handles[2]}`],
    [files[2] <= files[0] + limits.moreHandles, `open files grew from ${files[0]} to ${files[2]}`],
    [stalls.ours.length === 0, `${stalls.ours.length} stalls of ours`],
  ];
  return checks.filter(([isGood]) => !isGood).map(([, fault]) => fault);
}

function stallsOf(all: readonly ProbeSample[], warmUntil: number, idle: readonly ProbeSample[]): StallReport {
  const stalls = all.flatMap((sample) => sample.stalls);
  const later = stalls.filter(({ at }) => at >= warmUntil);
  const of = (cause: ReturnType<typeof causeOf>): Stall[] =>
    later.filter((stall) => causeOf(stall) === cause);
  return {
    warmUp: stalls.filter(({ at }) => at < warmUntil),
    ours: of('ours'),
    garbage: of('garbage'),
    machine: of('machine'),
    idle: idle.flatMap((sample) => sample.stalls),
  };
}

/** What the turn would have taken on a machine of its own decides: it ran, or something that it called did not come back. */
export function causeOf({ ms, ran, waited, idle, gc }: Stall): 'ours' | 'garbage' | 'machine' {
  const own = Math.max(ran, ms - waited - idle);
  if (own <= longestTurn) return 'machine';
  return own - gc <= longestTurn ? 'garbage' : 'ours';
}

function trendOf(
  samples: readonly ProbeSample[],
  of: (sample: ProbeSample) => number,
  mailsAMs: number,
): Trend {
  const [from, to] = thirds(samples, of);
  const slope = slopeOf(samples.map((sample) => [sample.at, of(sample)]));
  const mbAnHour = (slope * 3_600_000) / 1e6;
  return { from, to, mbAnHour, bytesAMail: slope / mailsAMs };
}

/** Least squares. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, one) => sum + one, 0) / values.length;
  const [x, y] = [mean(points.map((point) => point[0])), mean(points.map((point) => point[1]))];
  const over = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return over / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

function thirds(samples: readonly ProbeSample[], of: (sample: ProbeSample) => number): Pair {
  const values = samples.map(of);
  const size = Math.max(Math.floor(values.length / 3), 1);
  return [median(values.slice(0, size)), median(values.slice(-size))];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function loopOf(samples: readonly ProbeSample[]): ProbeSample['loop'] {
  const loops = samples.map(({ loop }) => loop);
  return {
    p50: median(loops.map(({ p50 }) => p50)),
    p99: median(loops.map(({ p99 }) => p99)),
    max: Math.max(...loops.map(({ max }) => max)),
  };
}
