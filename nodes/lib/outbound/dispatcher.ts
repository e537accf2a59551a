/** Moves mails from the outbox to the route: as many at once, and as fast, as the app's settings and the route allow. */

import { asEmailError, type EmailError } from '../kernel/errors.ts';
import { inTime } from '../kernel/in-time.ts';
import { Turns } from '../kernel/turns.ts';
import type { DeliverySettings } from '../settings/app-settings.ts';
import { claimInPace } from './claim-in-pace.ts';
import { type HandOverDesk, handOver } from './hand-over.ts';
import type { Outbox, OutboxCounts, OutboxEntry, PartRecord } from './outbox.ts';
import { OutboxGauge } from './outbox-gauge.ts';
import type { Pace } from './pace.ts';
import { PauseNote } from './pause-note.ts';
import { QuotaWatch } from './quota-watch.ts';
import { type LastFailure, RouteWatch } from './route-watch.ts';
import { type Outcome, settleUntouched } from './settlement.ts';
import { SettlementQueue } from './settlement-queue.ts';
import { steadyTurn } from './steady-turn.ts';

export interface DispatcherOptions extends Omit<HandOverDesk, 'delivery' | 'learn'> {
  readonly outbox: Outbox;
  readonly delivery: DeliverySettings;
  /** Where several machines send for the app. */
  readonly pace?: Pace;
  /** The records of the parts now final; called after each write, though none may be final. */
  readonly onSettled: (records: readonly PartRecord[]) => void;
  /** The state may have changed. */
  readonly onChange: () => void;
  /** Told once when trouble begins: the store fails, the route is down, the app pauses itself. */
  readonly onTrouble: (error: EmailError) => void;
}

export interface Dispatcher {
  /** Something may be due: a mail was accepted or put back. `isMended`: the route is tried at once, down or not. */
  wake(isMended?: boolean): void;
  /** Claims no more mails, also after a restart; those in flight are finished. */
  pause(reason?: string): Promise<void>;
  resume(): Promise<void>;
  state(): DispatcherState;
  /** Claims no more mails and waits for those in flight, at most 10 s; later ones still settle if the outbox is open. */
  close(): Promise<void>;
}

export interface DispatcherState {
  readonly paused: boolean;
  readonly pauseReason?: string;
  /** Mails in the hands of the route. */
  readonly sending: number;
  /** Mails per second at most at present. */
  readonly rate: number;
  /** True while the route cannot be reached. */
  readonly routeDown: boolean;
  /** True while the account's daily quota is used up. */
  readonly quotaUsedUp: boolean;
  /** As last counted, a second old at most while mails move. */
  readonly counts: OutboxCounts;
  /** When the next retry, timed mail or probe of the route is due (ms since the epoch). */
  readonly nextAttemptAt?: number;
  readonly lastFailure?: LastFailure;
}

export function openDispatcher(options: DispatcherOptions): Dispatcher {
  const dispatcher = new OutboxDispatcher(options);
  dispatcher.wake();
  return dispatcher;
}

const closingTime = 10_000;
/** ms: another machine has the mails that may leave now, or may have accepted one that is due. */
const askAgainAfter = 500;

/**
 * starting (the pause note is not read yet) ──► running ⇄ paused ──► closed
 *
 * There is one loop. A turn claims what may leave now, starts it without waiting, and sleeps until something can
 * change: a mail ends, a token falls, a mail becomes due, the route may be probed, the store may be asked again.
 */
class OutboxDispatcher implements Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #desk: HandOverDesk;
  readonly #watch: RouteWatch;
  readonly #quota: QuotaWatch;
  readonly #pause: PauseNote;
  readonly #gauge: OutboxGauge;
  readonly #settlements: SettlementQueue;
  readonly #inFlight = new Set<Promise<void>>();
  /** Marked as sending on disk, and next to leave: the route need not wait for the disk between two mails. */
  #claimed: OutboxEntry[] = [];
  readonly #turns: Turns;
  #isClosed = false;

  constructor(options: DispatcherOptions) {
    const { clock, random, delivery } = options;
    this.#options = options;
    this.#watch = new RouteWatch(delivery.rate, clock.now(), random);
    const turn = steadyTurn((now) => this.#advance(now), options);
    this.#turns = new Turns(clock, () => turn().finally(options.onChange));
    const { limiter } = this.#watch;
    this.#quota = new QuotaWatch({ ...options, ...delivery, limiter, onRead: () => this.wake() });
    this.#pause = new PauseNote(options.outbox);
    this.#gauge = new OutboxGauge(options.outbox);
    const onSettled = (records: readonly PartRecord[]): void => {
      this.wake();
      options.onSettled(records);
    };
    this.#settlements = new SettlementQueue({ ...options, onSettled });
    this.#desk = { ...options, learn: (...lesson) => this.#learn(...lesson) };
  }

  wake(isMended = false): void {
    if (isMended) this.#watch.health.succeeded();
    this.#turns.wake();
  }

  pause(reason = 'paused by hand'): Promise<void> {
    const written = this.#pause.set(reason);
    this.#beginSome(this.#options.clock.now());
    return written;
  }

  async resume(): Promise<void> {
    await this.#pause.clear();
    this.wake();
  }

  state(): DispatcherState {
    const { health, limiter, lastFailure } = this.#watch;
    const { reason: pauseReason } = this.#pause;
    const paused = pauseReason !== undefined;
    const routeRetryAt = health.isFailing ? health.retryAt : this.#gauge.counts.nextDueAt;
    const nextAttemptAt = this.#quota.isUsedUp ? this.#quota.nextAt : routeRetryAt;
    return {
      paused,
      pauseReason,
      sending: this.#inFlight.size,
      rate: limiter.rate(this.#options.clock.now()),
      routeDown: health.isFailing,
      quotaUsedUp: this.#quota.isUsedUp,
      counts: this.#gauge.counts,
      nextAttemptAt: paused ? undefined : nextAttemptAt,
      lastFailure,
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#quota.close();
    this.#beginSome(this.#options.clock.now());
    await inTime(this.#drained(), { clock: this.#options.clock, ms: closingTime }, () => {});
  }

  async #drained(): Promise<void> {
    await this.#turns.close();
    await Promise.all(this.#inFlight);
    await this.#settlements.drained();
  }

  async #advance(now: number): Promise<number | undefined> {
    await this.#pause.read(now);
    const slots = this.#freeSlots(now);
    const perSecond = this.#watch.limiter.rate(now);
    const costOf = (entries: readonly OutboxEntry[]) => this.#quota.costOf(entries);
    const claimed = await claimInPace(slots, now, { ...this.#options, perSecond, costOf });
    this.#quota.take(claimed, now);
    this.#claimed.push(...claimed);
    this.#beginSome(now);
    await this.#gauge.read(now);
    if (this.#pause.reason !== undefined) return this.#sooner(this.#gauge.recountAt, now);
    const nextClaimAt = claimed.length === slots ? this.#nextSlotAt(now) : this.#gauge.nextDueAt;
    return this.#sooner(this.#gauge.sooner(nextClaimAt), now);
  }

  /** A machine alone knows by itself when there is something to do. */
  #sooner(time: number | undefined, now: number): number | undefined {
    if (!this.#options.pace) return time;
    return Math.min(time ?? Number.POSITIVE_INFINITY, now + askAgainAfter);
  }

  /**
   * Never more than can leave at once, and as many behind them: each mail that was claimed and not handed over is
   * `unknown` after a crash.
   */
  #freeSlots(now: number): number {
    if (this.#pause.reason !== undefined || this.#isBehind || !this.#watch.health.mayTry(now)) return 0;
    const slots = this.#atOnce + this.#ahead - this.#inFlight.size - this.#claimed.length;
    return Math.max(Math.min(slots, this.#quota.available(now)), 0);
  }

  /** When all slots are taken: the next token or the route's probe brings one, else the end of a mail does. */
  #nextSlotAt(now: number): number | undefined {
    const taken = this.#inFlight.size + this.#claimed.length;
    if (this.#isBehind || this.#quota.isUsedUp || taken >= this.#atOnce) return undefined;
    return Math.max(this.#watch.limiter.nextAt(now), this.#watch.health.retryAt);
  }

  /** While the route is down, one mail at a time probes it. */
  get #atOnce(): number {
    return this.#watch.health.isFailing ? 1 : this.#options.delivery.concurrency;
  }

  get #ahead(): number {
    return this.#watch.health.isFailing ? 0 : this.#options.delivery.concurrency;
  }

  /** While the store does not take what was settled, nothing more is sent that it would not know of. */
  get #isBehind(): boolean {
    return this.#settlements.size > 2 * this.#options.delivery.concurrency;
  }

  /** What cannot leave now goes back: others may be more urgent when it can. */
  #beginSome(now: number): void {
    const isHeld = this.#isClosed || this.#pause.reason !== undefined || !this.#watch.health.mayTry(now);
    const next = this.#claimed.splice(
      0,
      isHeld ? this.#claimed.length : Math.max(this.#atOnce - this.#inFlight.size, 0),
    );
    for (const entry of next)
      if (isHeld) this.#settlements.add(settleUntouched(entry, now));
      else this.#begin(entry);
  }

  #begin(entry: OutboxEntry): void {
    const { clock, onTrouble } = this.#options;
    const handing = handOver(entry, this.#desk)
      .then((settlement) => this.#settlements.add(settlement))
      .catch((thrown: unknown) => onTrouble(asEmailError(thrown)))
      .finally(() => {
        this.#inFlight.delete(handing);
        this.#beginSome(clock.now());
        this.wake();
      });
    this.#inFlight.add(handing);
  }

  async #learn(outcome: Outcome, entry: OutboxEntry, startedAt: number): Promise<number> {
    const { outbox, clock, onTrouble } = this.#options;
    const lesson = this.#watch.learn(outcome, entry, { startedAt, now: clock.now() });
    if (lesson.trouble) onTrouble(lesson.trouble);
    if (lesson.quotaUsedUp) this.#quota.usedUp();
    const reason = this.#watch.lastFailure?.reason ?? '';
    const pauses = lesson.domainsToPause.map((domain) => outbox.pauseDomain(domain, lesson.until, reason));
    if (lesson.stop) {
      onTrouble(lesson.stop);
      pauses.push(this.pause(lesson.stop.message));
    }
    await Promise.all(pauses).catch((thrown: unknown) => onTrouble(asEmailError(thrown)));
    return this.#watch.health.retryAt;
  }
}
