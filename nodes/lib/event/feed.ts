/** The event log in; each event handed to one reader out: in order, at least once, and once only if nothing crashes. */
import { type Claim, type Claims, ownClaims } from '../kernel/claims.ts';
import type { Clock } from '../kernel/clock.ts';
import { asEmailError, type EmailError } from '../kernel/errors.ts';
import type { Turn } from '../kernel/turns.ts';
import { steadyTurn } from '../outbound/steady-turn.ts';
import type { EmailEvent, EventLog, EventPage, EventType } from './event-log.ts';

export interface FeedOptions {
  readonly events: Pick<EventLog, 'read' | 'position' | 'setPosition' | 'end' | 'onAppended'>;
  /** Names its place in the log, which outlives a restart; a new one begins at the end. */
  readonly reader: string;
  /** All of them without it. */
  readonly types?: readonly EventType[];
  readonly clock: Clock;
  readonly random: () => number;
  /** Of several machines with this reader one at a time gives it events. */
  readonly claims?: Claims;
  /** Resolves when the reader has it: only then comes the next. A failure is the reader's own, and is not repeated. */
  readonly deliver: (event: EmailEvent) => Promise<void>;
  /** After each event; `isBehind` while more of them wait. */
  readonly onState?: (state: FeedState) => void;
  /** Told once when trouble begins. */
  readonly onTrouble: (error: EmailError) => void;
}

export interface FeedState {
  readonly last: EmailEvent;
  readonly isBehind: boolean;
  /** ms since the last event happened */
  readonly age: number;
}

export interface Feed {
  /** Resolves when nothing more is delivered and the place is on disk. */
  close(): Promise<void>;
}

export function openFeed(options: FeedOptions): Feed {
  const feed = new EventFeed(options);
  return { close: () => feed.close() };
}

/** Events at most between two notes of the place: as many may come twice after a crash. */
const pageSize = 100;
/** ms between two notes of a place that moved on over events which nobody here wanted. */
const noteEvery = 60_000;
/** ms until a reader that another machine feeds is tried again. */
const handOverEvery = 5000;

class EventFeed {
  readonly #options: FeedOptions;
  readonly #step: Turn;
  readonly #stopListening: () => void;
  readonly #running: Promise<void>;
  /** Undefined while another machine has the reader. */
  #claim: Claim | undefined;
  #position: string | undefined;
  #noted: string | undefined;
  #notedAt: number;
  #hasDelivered = false;
  #isClosed = false;
  #isWoken = false;
  #wake = (): void => {};

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#step = steadyTurn(() => this.#readOn(), options);
    this.#notedAt = options.clock.now();
    this.#stopListening = options.events.onAppended(() => this.#wakeUp());
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopListening();
    this.#wakeUp();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      this.#isWoken = false;
      const retryAt = await this.#step();
      if (!this.#isWoken && !this.#isClosed) await this.#sleep(retryAt);
    }
    if (this.#claim) await this.#note().catch(() => {});
    await this.#claim?.release();
  }

  /** Only news can bring more, so it answers nothing but when to ask for its turn again. */
  async #readOn(): Promise<number | undefined> {
    const { events, types, clock } = this.#options;
    if (!(await this.#isOurTurn())) return clock.now() + handOverEvery;
    this.#position ??= await this.#begin();
    while (!this.#isClosed && this.#claim) {
      if (this.#hasDelivered || clock.now() - this.#notedAt >= noteEvery) await this.#note();
      const page = await events.read({ after: this.#position, types, limit: pageSize });
      if (page.position === undefined) break;
      await this.#deliverAll(page);
    }
    return this.#claim ? undefined : clock.now() + handOverEvery;
  }

  async #isOurTurn(): Promise<boolean> {
    const { claims = ownClaims, reader } = this.#options;
    this.#claim ??= await claims.take(`reader:${reader}`, () => this.#lost());
    return this.#claim !== undefined;
  }

  /** Another goes on from the place that is on disk, and so shall we. */
  #lost(): void {
    this.#claim = undefined;
    this.#position = undefined;
    this.#noted = undefined;
    this.#hasDelivered = false;
  }

  /** On disk at once: what happens from now on is this reader's, even if it was never given anything. */
  async #begin(): Promise<string> {
    const { events, reader } = this.#options;
    this.#noted = await events.position(reader);
    if (this.#noted !== undefined) return this.#noted;
    this.#position = (await events.end()) ?? '0';
    await this.#note();
    return this.#position;
  }

  /** One that was under way when the reader ended counts as not had: it may have been dropped there. */
  async #deliverAll({ events, positions, position }: EventPage): Promise<void> {
    for (const [index, event] of events.entries()) {
      if (this.#isOver) return;
      await this.#hand(event);
      if (this.#isOver) return;
      this.#position = positions[index];
      this.#hasDelivered = true;
      this.#tell(event, index < events.length - 1 || events.length === pageSize);
    }
    this.#position = position;
  }

  get #isOver(): boolean {
    return this.#isClosed || !this.#claim;
  }

  async #hand(event: EmailEvent): Promise<void> {
    try {
      await this.#options.deliver(event);
    } catch (thrown) {
      this.#options.onTrouble(asEmailError(thrown));
    }
  }

  #tell(last: EmailEvent, isBehind: boolean): void {
    const { clock, onState } = this.#options;
    onState?.({ last, isBehind, age: Math.max(clock.now() - last.at, 0) });
  }

  async #note(): Promise<void> {
    const { events, reader, clock } = this.#options;
    const position = this.#position;
    if (position !== undefined && position !== this.#noted) await events.setPosition(reader, position);
    this.#noted = position;
    this.#notedAt = clock.now();
    this.#hasDelivered = false;
  }

  #wakeUp(): void {
    this.#isWoken = true;
    this.#wake();
  }

  #sleep(until: number | undefined): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve) => {
      const callOff = until === undefined ? () => {} : clock.after(until - clock.now(), () => this.#wake());
      this.#wake = () => {
        callOff();
        resolve();
      };
    });
  }
}
