/** A machine's cores, and threads that share them. Work is given in ms of one core. */
import { usableShare } from './costs.ts';
import type { Timeline } from './timeline.ts';

interface Job {
  readonly ms: number;
  readonly then: () => void;
}

export class Host {
  readonly #timeline: Timeline;
  readonly #waiting: Job[] = [];
  #free: number;
  #worked = 0;

  constructor(timeline: Timeline, cores: number) {
    this.#timeline = timeline;
    this.#free = cores;
  }

  /** ms of all cores, so far, as a system counts them. */
  get worked(): number {
    return this.#worked;
  }

  work(ms: number, then: () => void): void {
    this.#waiting.push({ ms, then });
    this.#next();
  }

  #next(): void {
    if (this.#free === 0) return;
    const job = this.#waiting.shift();
    if (!job) return;
    this.#free -= 1;
    this.#timeline.after(job.ms / usableShare, () => {
      this.#free += 1;
      this.#worked += job.ms;
      job.then();
      this.#next();
    });
  }
}

/** Does one thing after another, on whichever core is free. */
export class Thread {
  readonly #host: Host;
  readonly #waiting: Job[] = [];
  #isBusy = false;

  constructor(host: Host) {
    this.#host = host;
  }

  work(ms: number, then: () => void): void {
    this.#waiting.push({ ms, then });
    this.#next();
  }

  #next(): void {
    if (this.#isBusy) return;
    const job = this.#waiting.shift();
    if (!job) return;
    this.#isBusy = true;
    this.#host.work(job.ms, () => {
      this.#isBusy = false;
      job.then();
      this.#next();
    });
  }
}
