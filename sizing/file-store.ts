/** The file: a thread of its own; what comes while a batch is written and synced goes with the next one. */
import { acceptance, file, threadHop } from './costs.ts';
import { type Host, Thread } from './host.ts';
import type { Mail } from './mail.ts';
import type { Shared, Store } from './store.ts';
import type { Timeline } from './timeline.ts';

interface Operation {
  /** Its work, once it is its turn. */
  run(): number;
  answer(): void;
}

export interface FileOptions {
  readonly timeline: Timeline;
  readonly host: Host;
  /** Reads the answers, in its turn. */
  readonly main: Thread;
  readonly shared: Shared;
  /** ms */
  readonly commitWait: number;
}

export class FileStore implements Store {
  readonly #options: FileOptions;
  readonly #thread: Thread;
  #waiting: Operation[] = [];
  #isBusy = false;

  constructor(options: FileOptions) {
    this.#options = options;
    this.#thread = new Thread(options.host);
  }

  accept(mail: Mail, done: (isDone: boolean) => void): void {
    this.#add({
      run: () => acceptance.store,
      answer: () => {
        this.#options.shared.add(mail);
        done(true);
      },
    });
  }

  claim(wanted: number, done: (mails: readonly Mail[]) => void): void {
    let mails: readonly Mail[] = [];
    this.#add({
      run: () => {
        mails = this.#options.shared.take(wanted);
        return mails.length * file.claim;
      },
      answer: () => {
        this.#options.shared.arrived();
        done(mails);
      },
    });
  }

  /** A filter in memory. */
  lookUp(done: (isDone: boolean) => void): void {
    done(true);
  }

  settle(count: number, done: (isDone: boolean) => void): void {
    this.#add({ run: () => count * file.settle, answer: () => done(true) });
  }

  #add(operation: Operation): void {
    this.#waiting.push(operation);
    if (this.#isBusy) return;
    this.#isBusy = true;
    // what is asked at this moment goes together
    this.#options.timeline.after(0, () => this.#next());
  }

  /** One batch is there at a time; the next one leaves before the answers to the last are worked on. */
  #next(): void {
    const { timeline, main, commitWait } = this.#options;
    const batch = this.#waiting;
    this.#waiting = [];
    const work = batch.reduce<number>((sum, operation) => sum + operation.run(), file.commitWork);
    const answered = (): void => {
      this.#isBusy = this.#waiting.length > 0;
      if (this.#isBusy) this.#next();
      for (const operation of batch) operation.answer();
    };
    const committed = (): void => timeline.after(threadHop, () => main.work(0, answered));
    timeline.after(threadHop, () => this.#thread.work(work, () => timeline.after(commitWait, committed)));
  }
}
