/** What is to be simulated, and what comes of it. Times in s, but for those of one thing: ms. */

export type Span = readonly [from: number, until: number];

export interface Scenario {
  readonly store: 'file' | 'postgres';
  readonly machines: number;
  readonly cores: number;
  readonly databaseCores?: number;
  /** As in the bench: the mail server, and the database, run on the cores of the one machine. */
  readonly isOneHost?: boolean;
  readonly concurrency: number;
  /** How many are claimed behind those, as a multiple of them. */
  readonly ahead?: number;
  /** ms of the main thread for each mail */
  readonly mailWork: number;
  /** ms; 0 where only the mail server's own work counts */
  readonly answer: number;
  /** ms */
  readonly commitWait?: number;
  /** ms, there and back */
  readonly network?: number;
  /** A second, for all machines; none if it is left out. */
  readonly rate?: number;
  readonly quota?: number;
  readonly campaign: number;
  readonly transactional?: { readonly perSecond: number; readonly isFirst: boolean };
  readonly seconds: number;
  readonly machineDies?: number;
  readonly databaseDown?: Span;
  readonly providerDown?: Span;
  readonly seed?: number;
}

export interface Result {
  /** All that was to be sent so far; the sum of the next four. */
  readonly asked: number;
  readonly sent: number;
  readonly waiting: number;
  readonly held: number;
  /** For a person to decide, after a crash. */
  readonly unknown: number;
  /** By the provider: what was sent, and some of the unknown and held. */
  readonly taken: number;
  readonly perSecond: number;
  /** Most that were handed over within one second. */
  readonly peak: number;
  /** Of transactional mails, from when they were to leave until they were taken, ms. */
  readonly latency: { readonly median: number; readonly p99: number; readonly count: number };
  /** Cores that were busy, on average. */
  readonly machineCores: number;
  readonly databaseCores: number;
  readonly connections: number;
  readonly commitsPerSecond: number;
}
