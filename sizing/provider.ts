/** Who takes the mails: answers after a while, counts what it took, and may be down. */
import { sink } from './costs.ts';
import type { Thread } from './host.ts';
import type { Mail } from './mail.ts';
import { latency, type Random } from './random.ts';
import type { Span } from './scenario.ts';
import type { Timeline } from './timeline.ts';

export interface ProviderOptions {
  /** ms on average */
  readonly answer: number;
  /** From when until when nothing is taken, ms. */
  readonly down?: Span;
  /** Whose thread works for each mail, where that counts. */
  readonly sink?: Thread;
  readonly random: Random;
  readonly onTaken: (mail: Mail) => void;
}

export class Provider {
  /** For each second, how many were handed to it. */
  readonly asked = new Map<number, number>();
  readonly #timeline: Timeline;
  readonly #options: ProviderOptions;
  #taken = 0;

  constructor(timeline: Timeline, options: ProviderOptions) {
    this.#timeline = timeline;
    this.#options = options;
  }

  get taken(): number {
    return this.#taken;
  }

  hand(mail: Mail, answered: (isTaken: boolean) => void): void {
    const second = Math.floor(this.#timeline.now / 1000);
    this.asked.set(second, (this.asked.get(second) ?? 0) + 1);
    const { answer, random, sink: thread } = this.#options;
    const end = (): void => answered(this.#take(mail));
    const arrive = (): void => (thread ? thread.work(sink, end) : end());
    if (answer === 0) arrive();
    else this.#timeline.after(latency(random, answer), arrive);
  }

  #take(mail: Mail): boolean {
    const { down: [from, until] = [Number.POSITIVE_INFINITY, 0], onTaken } = this.#options;
    const isDown = this.#timeline.now >= from && this.#timeline.now < until;
    if (isDown) return false;
    this.#taken += 1;
    onTaken(mail);
    return true;
  }
}
