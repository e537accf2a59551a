/** Work comes in any number and is begun in its order, at most so much of it at the same time. */
export class AtMostAtOnce {
  readonly #limit: number;
  /** Two stacks make a queue, however long, that is cheap to take from. */
  #entered: (() => void)[] = [];
  #next: (() => void)[] = [];
  #underWay = 0;
  #onIdle = (): void => {};

  constructor(limit: number) {
    this.#limit = limit;
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#underWay < this.#limit) this.#underWay += 1;
    else await new Promise<void>((begin) => this.#entered.push(begin));
    try {
      return await work();
    } finally {
      this.#passOn();
    }
  }

  /** Resolves when all work is done. */
  async idle(): Promise<void> {
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
  }

  #passOn(): void {
    if (this.#next.length === 0) [this.#next, this.#entered] = [this.#entered.reverse(), []];
    const begin = this.#next.pop();
    if (begin) begin();
    else this.#underWay -= 1;
    if (this.#underWay === 0) this.#onIdle();
  }
}
