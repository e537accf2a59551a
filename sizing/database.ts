/** PostgreSQL: its cores, commits that share a sync of its log, and a machine's way to it with a pool of connections. */
import { postgres } from './costs.ts';
import type { Host, Thread } from './host.ts';
import type { Mail } from './mail.ts';
import type { Shared, Store } from './store.ts';
import type { Timeline } from './timeline.ts';

export interface DatabaseOptions {
  readonly host: Host;
  /** ms, of a sync of its log */
  readonly commitWait: number;
  /** ms, there and back */
  readonly network: number;
  readonly down?: readonly [number, number];
}

export class Database {
  readonly options: DatabaseOptions;
  readonly timeline: Timeline;
  #waiting: (() => void)[] = [];
  #isSyncing = false;
  #syncs = 0;

  constructor(timeline: Timeline, options: DatabaseOptions) {
    this.timeline = timeline;
    this.options = options;
  }

  get syncs(): number {
    return this.#syncs;
  }

  get isDown(): boolean {
    const { down: [from, until] = [Number.POSITIVE_INFINITY, 0] } = this.options;
    return this.timeline.now >= from && this.timeline.now < until;
  }

  commit(done: () => void): void {
    this.#waiting.push(done);
    if (!this.#isSyncing) this.#sync();
  }

  #sync(): void {
    const some = this.#waiting;
    this.#waiting = [];
    this.#isSyncing = true;
    this.#syncs += 1;
    this.timeline.after(this.options.commitWait, () => {
      this.#isSyncing = false;
      for (const done of some) done();
      if (this.#waiting.length > 0 && !this.#isSyncing) this.#sync();
    });
  }
}

type Kind = keyof typeof postgres;

interface Statement<Result> {
  readonly kind: Kind;
  readonly count: () => number;
  /** Once it is committed, or read. */
  readonly run: () => Result;
  readonly done: (result: Result | undefined) => void;
}

const written: ReadonlySet<Kind> = new Set(['accept', 'claim', 'settle']);
const connections = 4;
/** ms until a statement is known to have failed. */
const failsAfter = 1_000;

export class DatabaseStore implements Store {
  readonly #database: Database;
  readonly #main: Thread;
  readonly #shared: Shared;
  readonly #queue: (() => void)[] = [];
  #inUse = 0;
  #mostInUse = 0;
  #asking: ((isDone: boolean) => void)[] = [];
  #isAsking = false;

  constructor(database: Database, main: Thread, shared: Shared) {
    this.#database = database;
    this.#main = main;
    this.#shared = shared;
  }

  get mostInUse(): number {
    return this.#mostInUse;
  }

  accept(mail: Mail, done: (isDone: boolean) => void): void {
    const run = () => {
      this.#shared.add(mail);
      return true;
    };
    this.#ask({ kind: 'accept', count: () => 1, run, done: (isDone) => done(isDone === true) });
  }

  /** What the bucket of all machines grants is claimed. */
  claim(wanted: number, done: (mails: readonly Mail[] | undefined) => void): void {
    const arrived = (mails: readonly Mail[] | undefined) => {
      this.#shared.arrived();
      done(mails);
    };
    const claim = (isGranted: boolean | undefined) => {
      const run = () => this.#shared.take(wanted);
      if (isGranted) this.#ask({ kind: 'claim', count: () => wanted, run, done: arrived });
      else done(undefined);
    };
    this.#ask({ kind: 'pace', count: () => 1, run: () => true, done: claim });
  }

  /** Those that are asked while one is under way go with the next. */
  lookUp(done: (isDone: boolean) => void): void {
    this.#asking.push(done);
    if (!this.#isAsking) this.#findAll();
  }

  settle(count: number, done: (isDone: boolean) => void): void {
    const run = () => true;
    this.#ask({ kind: 'settle', count: () => count, run, done: (isDone) => done(isDone === true) });
  }

  #findAll(): void {
    const some = this.#asking;
    this.#asking = [];
    this.#isAsking = true;
    const done = (isDone: boolean | undefined) => {
      this.#isAsking = this.#asking.length > 0;
      if (this.#isAsking) this.#findAll();
      for (const one of some) one(isDone === true);
    };
    this.#ask({ kind: 'find', count: () => some.length, run: () => true, done });
  }

  #ask<Result>(statement: Statement<Result>): void {
    const { ours, oursEach } = postgres[statement.kind];
    this.#main.work(ours + oursEach * statement.count(), () => {
      this.#queue.push(() => this.#send(statement));
      this.#next();
    });
  }

  #next(): void {
    if (this.#inUse === connections) return;
    const begin = this.#queue.shift();
    if (!begin) return;
    this.#inUse += 1;
    this.#mostInUse = Math.max(this.#mostInUse, this.#inUse);
    begin();
  }

  #send<Result>({ kind, count, run, done }: Statement<Result>): void {
    const { timeline, options } = this.#database;
    const end = (result: Result | undefined, ms: number) =>
      timeline.after(ms, () => {
        this.#inUse -= 1;
        this.#next();
        done(result);
      });
    const finish = () => {
      if (this.#database.isDown) end(undefined, failsAfter);
      else end(run(), options.network / 2);
    };
    if (this.#database.isDown) {
      end(undefined, failsAfter);
      return;
    }
    const { server, serverEach } = postgres[kind];
    timeline.after(options.network / 2, () =>
      options.host.work(server + serverEach * count(), () =>
        written.has(kind) ? this.#database.commit(finish) : finish(),
      ),
    );
  }
}
