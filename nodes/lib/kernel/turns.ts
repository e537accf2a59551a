/** Wakings come in; turns are taken one after the other, at once when woken and when the time that the last one named comes. */
import type { Clock } from './clock.ts';

/** Answers when the next turn is due (ms since the epoch), or undefined if only a waking can bring one. Never throws. */
export type Turn = () => Promise<number | undefined>;

const shortestSleep = 100;
/** Also for what no timer knows of: a clock that was set, a machine that slept, a time that somebody else moved. */
const longestSleep = 60_000;

export class Turns {
  readonly #clock: Clock;
  readonly #turn: Turn;
  #running: Promise<void> | undefined;
  #isWoken = false;
  #isClosed = false;
  #callOff = (): void => {};

  constructor(clock: Clock, turn: Turn) {
    this.#clock = clock;
    this.#turn = turn;
  }

  wake(): void {
    this.#isWoken = true;
    this.#running ??= this.#run();
  }

  /** Resolves when the turn under way is over. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#callOff();
    await this.#running;
  }

  async #run(): Promise<void> {
    // lets what happens at this moment be seen by one turn
    await Promise.resolve();
    while (this.#isWoken && !this.#isClosed) {
      this.#isWoken = false;
      this.#callOff();
      const nextAt = await this.#turn();
      if (nextAt !== undefined && !this.#isClosed) this.#sleepUntil(nextAt);
    }
    this.#running = undefined;
  }

  #sleepUntil(at: number): void {
    const delay = Math.min(Math.max(at - this.#clock.now(), shortestSleep), longestSleep);
    this.#callOff = this.#clock.after(delay, () => this.wake());
  }
}
