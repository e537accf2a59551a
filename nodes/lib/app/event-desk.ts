/** What is told of mails after they left comes in; the event log, the suppression list and the marketing's pause follow. */
import {
  type AutomaticRooms,
  type SoftBounceTally,
  suppressAutomatically,
} from '../event/automatic-suppression.ts';
import { type CircuitBreaker, openCircuitBreaker, type Rates } from '../event/circuit-breaker.ts';
import type { DeliveryNotices, RecipientNotice } from '../event/delivery-notices.ts';
import type { EmailEvent, EventLog, NewEvent } from '../event/event-log.ts';
import { type Feed, type FeedOptions, openFeed } from '../event/feed.ts';
import { sessionBounces } from '../event/session-bounces.ts';
import type { Claims } from '../kernel/claims.ts';
import type { Clock } from '../kernel/clock.ts';
import { asEmailError, EmailError } from '../kernel/errors.ts';
import type { EventTally } from '../message-log/event-tally.ts';
import { TallyDesk } from '../message-log/tally-desk.ts';
import { ClassPause, type PausingOutbox } from '../outbound/class-pause.ts';
import type { PartRecord } from '../outbound/outbox.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import type { SuppressionList } from '../suppression/suppression-list.ts';

export interface EventDeskParts {
  readonly settings: Pick<AppSettings, 'events'>;
  readonly events: EventLog;
  readonly tally: EventTally;
  readonly outbox: PausingOutbox;
  readonly suppressions: SuppressionList;
  readonly softBounces: SoftBounceTally;
  readonly clock: Clock;
  /** Where several machines run the app. */
  readonly claims?: Claims;
  readonly random: () => number;
  readonly onTrouble: (error: EmailError) => void;
  /** The marketing was paused or goes on. */
  readonly onChange: () => void;
}

/** What a node says to get events. */
export type EventOrder = Pick<FeedOptions, 'reader' | 'types' | 'deliver' | 'onState' | 'onTrouble'>;

/** The nodes of a deploy start one after the other, in ms: what happens meanwhile is for all of them. */
const settlingTime = 5000;

export class EventDesk {
  /** How many of them there were. */
  readonly tally: TallyDesk;
  readonly #parts: EventDeskParts;
  readonly #marketing: ClassPause;
  readonly #breaker: CircuitBreaker | undefined;
  readonly #rooms: AutomaticRooms;
  readonly #feeds = new Set<Feed>();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #openedAt: number;
  readonly #endThen: Promise<string | undefined>;

  constructor(parts: EventDeskParts) {
    const { settings, outbox, suppressions: list, softBounces: tally, clock } = parts;
    this.#parts = parts;
    this.tally = new TallyDesk(parts);
    this.#openedAt = clock.now();
    this.#endThen = parts.events.end();
    this.#watch(this.#endThen);
    this.#rooms = { settings: settings.events, list, tally };
    this.#marketing = new ClassPause(outbox, 'marketing', clock);
    this.#watch(this.#marketing.open().then(parts.onChange));
    const { breaker } = settings.events;
    this.#breaker =
      breaker &&
      openCircuitBreaker({
        ...parts,
        settings: breaker,
        notes: outbox,
        onWarning: parts.onTrouble,
        onTrip: (rates, why) => this.#trip(rates, why),
      });
  }

  /** Why marketing mail waits; undefined while it goes out. */
  get marketingPaused(): string | undefined {
    return this.#marketing.reason;
  }

  /** Of the hours that the settings name; undefined where nobody watches them. */
  get rates(): Rates | undefined {
    return this.#breaker?.rates();
  }

  /** For who looks without a place of its own in it. */
  get log(): Pick<EventLog, 'read' | 'end'> {
    return this.#parts.events;
  }

  /** It is closed with the app at the latest. */
  open(order: EventOrder): Feed {
    const { events, clock } = this.#parts;
    const isEarly = clock.now() - this.#openedAt < settlingTime;
    const log = isEarly ? { ...events, end: () => this.#endThen } : events;
    const feed = openFeed({ ...this.#parts, events: log, ...order });
    this.#feeds.add(feed);
    return {
      close: () => {
        this.#feeds.delete(feed);
        return feed.close();
      },
    };
  }

  /** Resolves when all of it is on disk; the same may be told again. */
  async take({ events, reports }: DeliveryNotices): Promise<void> {
    const fresh = await this.append(events);
    await suppressAutomatically(reports, this.#rooms);
    this.#breaker?.count({
      bounces: fresh.filter(isHardBounce).length,
      complaints: fresh.filter(isComplaint).length,
    });
  }

  /** Answers those that were new. */
  append(events: readonly NewEvent[]): Promise<readonly EmailEvent[]> {
    return events.length === 0 ? Promise.resolve([]) : this.#parts.events.append(events);
  }

  /** For news that nobody waits for. */
  tell(event: NewEvent): void {
    this.#watch(this.append([event]));
  }

  /** The copies are on disk with their outcomes. */
  settled(records: readonly PartRecord[]): void {
    const bounces: readonly RecipientNotice[] = sessionBounces(records);
    const sent = records.filter(({ state }) => state === 'sent').length;
    if (bounces.length > 0) this.#watch(suppressAutomatically(bounces, this.#rooms));
    if (sent + bounces.length > 0)
      this.#breaker?.count({ mails: sent + bounces.length, bounces: bounces.length });
  }

  /** False if the marketing was not paused. */
  async resumeMarketing(): Promise<boolean> {
    const wasPaused = await this.#marketing.resume();
    if (wasPaused) this.#breaker?.reset();
    return wasPaused;
  }

  /** Feeds first: what they have handed over is noted in the open log. */
  async close(): Promise<void> {
    await Promise.all([...this.#feeds].map((feed) => feed.close()));
    await this.#breaker?.close();
    await this.tally.close();
    await Promise.all(this.#underWay);
  }

  #trip(rates: Rates, why: string): void {
    if (this.marketingPaused !== undefined) return;
    this.#watch(this.#pauseMarketing(rates, why));
  }

  async #pauseMarketing({ mails, bounces, complaints }: Rates, why: string): Promise<void> {
    const { clock, onTrouble, onChange } = this.#parts;
    const pausing = this.#marketing.pause(why);
    onTrouble(new EmailError('marketing-paused', { detail: { why } }));
    onChange();
    await pausing;
    const detail = { class: 'marketing', by: 'breaker', reason: why, mails, bounces, complaints };
    await this.append([{ type: 'app.paused', at: clock.now(), class: 'marketing', detail }]);
  }

  /** Closed in the middle: the next start sees to it, or the next report. */
  #watch(work: Promise<unknown>): void {
    const watched = work
      .catch((thrown: unknown) => {
        const error = asEmailError(thrown);
        if (error.code !== 'app-closed') this.#parts.onTrouble(error);
      })
      .finally(() => this.#underWay.delete(watched));
    this.#underWay.add(watched);
  }
}

/** What anybody may have made up, or is a guess, stops nothing; nor does Amazon's mailbox simulator, whom the self-test mails. */
function isProven({ detail, recipient }: EmailEvent): boolean {
  const isSimulated = recipient?.endsWith('@simulator.amazonses.com');
  return detail?.matched !== false && detail?.guess !== true && !isSimulated;
}

function isHardBounce(event: EmailEvent): boolean {
  return event.type === 'email.bounced' && event.detail?.severity === 'hard' && isProven(event);
}

function isComplaint(event: EmailEvent): boolean {
  const isPraise = event.detail?.feedbackType === 'not-spam';
  return event.type === 'email.complained' && !isPraise && isProven(event);
}
