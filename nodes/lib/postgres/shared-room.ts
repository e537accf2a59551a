/** How much more all machines together may keep; asked for only when a part of what was left is used up here. */

/** Others use it, too: nobody takes more than this part of what is left without asking again. */
const freeShare = 1 / 8;

export class SharedRoom {
  readonly #ask: () => Promise<number>;
  #free = 0;
  #underWay = 0;
  #turn: Promise<unknown> = Promise.resolve();

  /** `ask` answers what is left, in the same measure. */
  constructor(ask: () => Promise<number>) {
    this.#ask = ask;
  }

  /** False if there is no room for it. What was taken is under way until it is `landed`. */
  take(amount: number): Promise<boolean> {
    const taken = this.#turn.then(() => this.#takeNow(amount));
    this.#turn = taken.catch(() => {});
    return taken;
  }

  /** It was more than what was taken. */
  grow(amount: number): void {
    this.#underWay += amount;
    this.#free -= amount;
  }

  /** It counts among what is kept from now on, or was given up. */
  landed(amount: number): void {
    this.#underWay -= amount;
  }

  async #takeNow(amount: number): Promise<boolean> {
    if (amount > this.#free) {
      const left = (await this.#ask()) - this.#underWay;
      if (amount > left) return false;
      this.#free = Math.max(amount, Math.floor(left * freeShare));
    }
    this.#free -= amount;
    this.#underWay += amount;
    return true;
  }
}
