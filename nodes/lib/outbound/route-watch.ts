/** What the outcomes of mails teach about the route: its health, its rate, and whether the sender is believed. */
import type { EmailError } from '../kernel/errors.ts';
import { domainOf } from '../mail/address.ts';
import { Backoff, routeBackoff } from './backoff.ts';
import type { OutboxEntry } from './outbox.ts';
import { RateLimiter } from './rate-limiter.ts';
import { SenderStanding } from './sender-standing.ts';
import { isRouteFailure, type Outcome } from './settlement.ts';

const hour = 3_600_000;

/** Who keeps the tokens tells of these, also while there is no mail. */
const toldElsewhere: ReadonlySet<string> = new Set(['sign-in-needed', 'oauth-refused']);

export interface LastFailure {
  readonly code: string;
  readonly reason: string;
  /** ms since the epoch */
  readonly at: number;
}

/** What somebody else has to do about an outcome. */
export interface Lesson {
  /** Set when the route turns out to be down: told once. */
  readonly trouble?: EmailError;
  /** Domains that do not believe the sender, not to be sent to before `until`. */
  readonly domainsToPause: readonly string[];
  readonly until: number;
  /** Set when several unrelated domains do not believe the sender: nothing is to be sent until a person looked. */
  readonly stop?: EmailError;
  /** The provider said that the daily quota is used up. */
  readonly quotaUsedUp: boolean;
}

export class RouteWatch {
  /** While the route is down, one mail at a time probes it. */
  readonly health: Backoff;
  readonly limiter: RateLimiter;
  readonly #standing = new SenderStanding();
  #isTold = false;
  lastFailure: LastFailure | undefined;

  /** `auto`: slowly, until the route's quota was read. */
  constructor(rate: number | 'auto', now: number, random: () => number) {
    this.health = new Backoff(routeBackoff, random);
    this.limiter = new RateLimiter(rate === 'auto' ? 1 : rate, now);
  }

  learn(outcome: Outcome, entry: OutboxEntry, times: AttemptTimes): Lesson {
    const { now } = times;
    const failures = failuresOf(outcome, entry);
    const [first] = failures;
    if (first) this.lastFailure = { code: first.failure.code, reason: first.failure.message, at: now };
    if (failures.some(({ failure }) => failure.code === 'throttled')) this.limiter.slowDown(now);
    const domainsToPause = failures
      .filter(isUnbelieved)
      .map(({ address }) => domainOf(address).toLowerCase());
    const stop = this.#standing.note(domainsToPause, now);
    const quotaUsedUp = failures.some(({ failure }) => failure.code === 'daily-quota');
    const trouble = this.#judgeRoute(outcome, times);
    return { trouble, domainsToPause, until: now + hour, stop, quotaUsedUp };
  }

  #judgeRoute(outcome: Outcome, { now, startedAt }: AttemptTimes): EmailError | undefined {
    if (outcome.kind === 'unfit') return undefined;
    if (outcome.kind === 'taken' || !meansDown(outcome.failure)) {
      this.health.succeeded();
      this.#isTold = false;
      return undefined;
    }
    this.health.failed(now, startedAt);
    if (this.#isTold || !isRouteFailure(outcome.failure) || toldElsewhere.has(outcome.failure.code))
      return undefined;
    this.#isTold = true;
    return outcome.failure;
  }
}

export interface AttemptTimes {
  /** ms since the epoch */
  readonly startedAt: number;
  readonly now: number;
}

interface FailureOf {
  readonly address: string;
  readonly failure: EmailError;
}

function failuresOf(outcome: Outcome, { part }: OutboxEntry): readonly FailureOf[] {
  if (outcome.kind === 'taken') return outcome.receipt.refused;
  return [{ address: part.recipients[0] ?? part.to.address, failure: outcome.failure }];
}

function isUnbelieved({ failure }: FailureOf): boolean {
  return failure.code === 'sender-unauthenticated';
}

/** A connection that broke under one mail may break under the next: the route is probed, the mail is charged. */
function meansDown(failure: EmailError): boolean {
  return isRouteFailure(failure) || failure.code === 'connection-lost' || failure.code === 'no-answer';
}
