/** One Node-RED that sends: claims as many as can leave at once and as many ahead, hands them over, settles in batches. */
import type { Thread } from './host.ts';
import type { Mail } from './mail.ts';
import type { Provider } from './provider.ts';
import type { Store } from './store.ts';
import type { Timeline } from './timeline.ts';

export interface MachineOptions {
  readonly timeline: Timeline;
  readonly main: Thread;
  readonly store: Store;
  readonly provider: Provider;
  /** At once. */
  readonly concurrency: number;
  /** Claimed behind those, as a multiple of them. */
  readonly ahead: number;
  /** ms of the main thread for each mail */
  readonly mailWork: number;
  /** ms until there may be something to claim again */
  readonly nextClaim: () => number;
  readonly onSettled: (mails: readonly Mail[]) => void;
  readonly onLater: (mails: readonly Mail[]) => void;
}

interface Outcome {
  readonly mail: Mail;
  readonly isSent: boolean;
}

const retryStore = 1_000;
const retryRoute = 10_000;
/** Of its work before the mail is handed over. */
const workBefore = 0.7;

export class Machine {
  readonly #options: MachineOptions;
  readonly #inFlight = new Set<Mail>();
  #claimed: Mail[] = [];
  #outcomes: Outcome[] = [];
  #gone = new Set<Mail>();
  #isClaiming = false;
  #isSettling = false;
  #mayTryAt = 0;
  #isOver = false;

  constructor(options: MachineOptions) {
    this.#options = options;
  }

  /** Claimed, and not known in the store to be settled. */
  get held(): readonly Mail[] {
    const all = [...this.#inFlight, ...this.#claimed, ...this.#outcomes.map(({ mail }) => mail)];
    return all.filter((mail) => !this.#gone.has(mail));
  }

  get isDead(): boolean {
    return this.#isOver;
  }

  die(): void {
    this.#isOver = true;
  }

  /** Others took it for dead: what it holds is not its own any more. Answers what that was. */
  forfeit(): readonly Mail[] {
    const held = this.held;
    for (const mail of held) this.#gone.add(mail);
    return held;
  }

  wake(): void {
    const { timeline, concurrency, ahead, store } = this.#options;
    const isBehind = this.#outcomes.length > 2 * concurrency;
    if (this.#isOver || this.#isClaiming || isBehind || timeline.now < this.#mayTryAt) return;
    const slots = concurrency * (1 + ahead) - this.#inFlight.size - this.#claimed.length;
    if (slots < 1) return;
    this.#isClaiming = true;
    store.claim(slots, (mails) => this.#take(mails));
  }

  #take(mails: readonly Mail[] | undefined): void {
    this.#isClaiming = false;
    this.#claimed.push(...(mails ?? []));
    if (this.#isOver) return;
    this.#begin();
    if (mails === undefined) this.#wakeAfter(retryStore);
    else if (mails.length === 0) this.#wakeAfter(this.#options.nextClaim());
    else this.wake();
  }

  #wakeAfter(ms: number): void {
    if (Number.isFinite(ms)) this.#options.timeline.after(ms, () => this.wake());
  }

  #begin(): void {
    while (this.#inFlight.size < this.#options.concurrency) {
      const mail = this.#claimed.shift();
      if (!mail) return;
      this.#inFlight.add(mail);
      this.#handOver(mail);
    }
  }

  #handOver(mail: Mail): void {
    const { main, store, provider, mailWork } = this.#options;
    const end = (isSent: boolean) =>
      main.work(mailWork * (1 - workBefore), () => this.#end({ mail, isSent }));
    store.lookUp((mayGo) => {
      const hand = (): void => {
        if (!this.#isOver) provider.hand(mail, end);
      };
      if (mayGo) main.work(mailWork * workBefore, hand);
      else end(false);
    });
  }

  #end(outcome: Outcome): void {
    if (this.#isOver) return;
    this.#inFlight.delete(outcome.mail);
    this.#outcomes.push(outcome);
    if (!outcome.isSent) this.#waitForRoute();
    this.#settle();
    this.#begin();
    this.wake();
  }

  #waitForRoute(): void {
    this.#mayTryAt = this.#options.timeline.now + retryRoute;
    this.#wakeAfter(retryRoute);
  }

  #settle(): void {
    if (this.#isSettling || this.#outcomes.length === 0) return;
    this.#isSettling = true;
    const batch = [...this.#outcomes];
    this.#options.store.settle(batch.length, (isDone) => {
      this.#isSettling = false;
      if (this.#isOver) return;
      if (isDone) this.#settled(batch);
      else this.#options.timeline.after(retryStore, () => this.#settle());
    });
  }

  #settled(batch: readonly Outcome[]): void {
    this.#outcomes = this.#outcomes.slice(batch.length);
    const own = batch.filter(({ mail }) => !this.#gone.has(mail));
    for (const { mail } of batch) this.#gone.delete(mail);
    this.#options.onSettled(own.filter(({ isSent }) => isSent).map(({ mail }) => mail));
    this.#options.onLater(own.filter(({ isSent }) => !isSent).map(({ mail }) => mail));
    this.#settle();
    this.wake();
  }
}
