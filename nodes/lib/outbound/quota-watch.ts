/** What the route's account may send comes in, hour by hour; whether it may send now, and how fast, goes out. */
import type { Clock } from '../kernel/clock.ts';
import { asEmailError, EmailError } from '../kernel/errors.ts';
import type { SendQuota, Transport } from '../transport/transport.ts';
import type { OutboxEntry } from './outbox.ts';
import type { Pace } from './pace.ts';
import type { RateLimiter } from './rate-limiter.ts';

export interface QuotaWatchOptions {
  readonly transport: Pick<Transport, 'quota'>;
  readonly clock: Clock;
  /** Its rate follows the quota, if it is the app's wish. */
  readonly limiter: RateLimiter;
  /** Told what was read, for the other machines that send from the same account. */
  readonly pace?: Pick<Pace, 'setLeft'>;
  readonly rate: number | 'auto';
  /** The quota was read: perhaps more may be sent. */
  readonly onRead: () => void;
  /** Told once: the quota cannot be read, or is used up. */
  readonly onTrouble: (error: EmailError) => void;
}

const minute = 60_000;
const readEvery = 60 * minute;
const readAgain = 5 * minute;
/** The rate stays below the account's, which others may send from too. */
const share = 0.8;
const slowest = 0.1;

/**
 * unknown ──read──► room ⇄ used up
 *
 * What is sent between two readings is counted here. On a route without a quota there is always room, and nothing is asked.
 */
export class QuotaWatch {
  readonly #options: QuotaWatchOptions;
  #left = Number.POSITIVE_INFINITY;
  #nextAt: number | undefined;
  #callOff = (): void => {};
  #isClosed = false;
  #isReading = false;
  #isTold = false;

  constructor(options: QuotaWatchOptions) {
    this.#options = options;
    void this.#read();
  }

  get isUsedUp(): boolean {
    return this.#left <= 0;
  }

  /** When the quota is read next (ms since the epoch). */
  get nextAt(): number | undefined {
    return this.#nextAt;
  }

  /** How many mails may leave now. */
  available(now: number): number {
    // a mail has one recipient at least: more of them would only be refused
    return Math.max(Math.min(this.#options.limiter.available(now), Math.ceil(this.#left)), 0);
  }

  /** A provider that has a quota counts recipients, not mails. */
  costOf(claimed: readonly OutboxEntry[]): number {
    if (!this.#options.transport.quota) return claimed.length;
    return claimed.reduce((sum, { part }) => sum + part.recipients.length + part.riders.length, 0);
  }

  take(claimed: readonly OutboxEntry[], now: number): void {
    const { transport, limiter } = this.#options;
    const cost = this.costOf(claimed);
    limiter.take(cost, now);
    if (!transport.quota) return;
    this.#left -= cost;
    if (cost === 0 || !this.isUsedUp) return;
    this.#tell(usedUp('the last reading and what was sent since'));
    // mails that were held back count here as well; the provider knows better, a little later
    this.#readIn(readAgain);
  }

  /** The provider says that the quota is used up. */
  usedUp(): void {
    if (!this.#options.transport.quota) return;
    this.#left = 0;
    this.#isTold = true;
    void this.#read();
  }

  close(): void {
    this.#isClosed = true;
    this.#callOff();
  }

  async #read(): Promise<void> {
    const { transport, clock, limiter, rate, onRead } = this.#options;
    if (!transport.quota || this.#isReading) return;
    this.#isReading = true;
    this.#callOff();
    const quota = await transport.quota().catch(asEmailError);
    this.#isReading = false;
    if (this.#isClosed) return;
    this.#readIn(quota instanceof EmailError ? readAgain : readEvery);
    if (quota instanceof EmailError) return this.#goOn(quota);
    this.#learn(quota);
    if (rate === 'auto') limiter.setRate(Math.max(quota.perSecond * share, slowest), clock.now());
    onRead();
  }

  #readIn(delay: number): void {
    if (this.#isClosed) return;
    const { clock } = this.#options;
    this.#callOff();
    this.#nextAt = clock.now() + delay;
    this.#callOff = clock.after(delay, () => void this.#read());
  }

  #learn({ perDay, usedToday }: SendQuota): void {
    const { pace, onTrouble } = this.#options;
    this.#left = perDay - usedToday;
    pace?.setLeft(this.#left).catch((thrown: unknown) => onTrouble(asEmailError(thrown)));
    if (this.isUsedUp) this.#tell(usedUp(`${usedToday} of ${perDay} in 24 hours`));
    else this.#isTold = false;
  }

  /** Not knowing is no reason to stop: the provider refuses what is too much, and the mail waits. */
  #goOn(error: EmailError): void {
    this.#tell(error);
    if (!this.isUsedUp) return;
    this.#options.pace?.setLeft(Number.POSITIVE_INFINITY).catch(() => {});
    this.#left = Number.POSITIVE_INFINITY;
    this.#options.onRead();
  }

  #tell(error: EmailError): void {
    if (!this.#isTold) this.#options.onTrouble(error);
    this.#isTold = true;
  }
}

function usedUp(response: string): EmailError {
  return new EmailError('daily-quota', { detail: { response }, retryable: true });
}
