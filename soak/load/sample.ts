/** A time in which the event loop did not turn, and why: in ms. */
export interface Stall {
  /** ms since the epoch */
  readonly at: number;
  readonly ms: number;
  /** The thread ran, collecting garbage included. */
  readonly ran: number;
  /** It collected garbage. */
  readonly gc: number;
  /** It could have run, and the machine ran something else. */
  readonly waited: number;
  /** It had nothing to do, and was woken late. */
  readonly idle: number;
}

/** What a process knows of itself; bytes, and ms since the last sample. */
export interface ProbeSample {
  readonly at: number;
  readonly rss: number;
  /** After a collection. */
  readonly heapUsed: number;
  readonly external: number;
  readonly arrayBuffers: number;
  /** Delay of the event loop in ms: a timer of 10 ms that comes in time has 10. */
  readonly loop: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly stalls: readonly Stall[];
  /** Share of one processor. */
  readonly cpu: number;
  readonly handles: number;
  readonly files: number;
  /** Of the database's write-ahead log. */
  readonly log: number;
  readonly database: number;
  /** Files */
  readonly spool: number;
}
