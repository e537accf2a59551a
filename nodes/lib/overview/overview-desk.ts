/** Many who look come in, every few seconds; each app is looked at once for all of them, and its domain now and then. */
import type { EmailApp } from '../app/email-app.ts';
import type { Clock } from '../kernel/clock.ts';
import type { AppOverview } from './app-overview.ts';
import type { DomainLook } from './domain-look.ts';
import { overviewOf, type Watched } from './overview-of.ts';

export interface Asking extends Watched {
  /** Asks DNS, and SES of a domain that is sent through it. */
  readonly askDomain: () => Promise<DomainLook>;
}

const second = 1000;
const minute = 60 * second;
const freshFor = second;
const lookedUpEvery = 10 * minute;

interface Known {
  /** ms since the epoch: when `overview` was asked for. */
  askedAt: number;
  overview: Promise<AppOverview> | undefined;
  lookedAt: number;
  domain: DomainLook;
}

export class OverviewDesk {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #known = new WeakMap<EmailApp, Known>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** A second old at most. */
  of(watched: Asking): Promise<AppOverview> {
    const now = this.#clock.now();
    const known = this.#knownOf(watched);
    if (known.overview && Math.abs(now - known.askedAt) < freshFor) return known.overview;
    this.#lookAgain(watched, known, now);
    known.askedAt = now;
    known.overview = overviewOf(watched, { now, domain: known.domain });
    return known.overview;
  }

  #knownOf({ app }: Watched): Known {
    const never = Number.NEGATIVE_INFINITY;
    const known = this.#known.get(app) ?? {
      askedAt: never,
      overview: undefined,
      lookedAt: never,
      domain: { ticks: [] },
    };
    this.#known.set(app, known);
    return known;
  }

  /** Nobody waits for it; what was known stays when nobody answers. */
  #lookAgain(watched: Asking, known: Known, now: number): void {
    if (Math.abs(now - known.lookedAt) < lookedUpEvery) return;
    known.lookedAt = now;
    watched.askDomain().then(
      (domain) => {
        known.domain = domain;
      },
      () => {},
    );
  }
}
