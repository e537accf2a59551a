/** A mail on its way through the model. */

export interface Mail {
  /** When it was to leave, ms. */
  readonly dueAt: number;
  readonly isTransactional: boolean;
}

/** What waits: a campaign, and single mails beside it. */
export class Backlog {
  #campaign: number;
  readonly #single: Mail[] = [];
  readonly #singleFirst: boolean;

  /** Without `singleFirst` a single mail waits for all of the campaign, which was due before it. */
  constructor(campaign: number, singleFirst: boolean) {
    this.#campaign = campaign;
    this.#singleFirst = singleFirst;
  }

  get size(): number {
    return this.#campaign + this.#single.length;
  }

  add(mail: Mail): void {
    this.#single.push(mail);
  }

  giveBack(mails: readonly Mail[]): void {
    for (const mail of mails)
      if (mail.isTransactional) this.#single.unshift(mail);
      else this.#campaign += 1;
  }

  take(count: number): Mail[] {
    const mayGo = this.#singleFirst || this.#campaign === 0;
    const mails = mayGo ? this.#single.splice(0, count) : [];
    const copies = Math.min(count - mails.length, this.#campaign);
    this.#campaign -= copies;
    for (let copy = 0; copy < copies; copy++) mails.push({ dueAt: 0, isTransactional: false });
    return mails;
  }
}
