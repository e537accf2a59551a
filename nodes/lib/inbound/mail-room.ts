/**
 * The conductor of received mail: begun → read → acted on → told to the flows, and kept for people → forgotten.
 *
 * Bounces and complaints are acted on as they come; mails wait on disk until a node listens. Every node gets every mail
 * once; again, with the same id and `redelivered`, only if the process was killed in between.
 */

import type { Clock } from '../kernel/clock.ts';
import { asEmailError, EmailError } from '../kernel/errors.ts';
import { inTime } from '../kernel/in-time.ts';
import { type StateBoard, stateBoard } from '../kernel/state-board.ts';
import type { ReceivedMail } from '../received/received-mail.ts';
import { type AsideMails, asideMails } from './aside-mails.ts';
import type { ForwardingCodes } from './forwarding-code.ts';
import type { HttpReceipt } from './http-receipt.ts';
import type { InboundQueue, QueuedMail } from './inbound-queue.ts';
import type { KeptMails } from './kept-mails.ts';
import { type HandedOn, MailFeed, mostTries, type Terms } from './mail-feed.ts';
import type {
  InboundMessage,
  InboundState,
  MailHandler,
  MailListening,
  Source,
  SourceState,
} from './mail-listener.ts';

export interface MailRoomParts {
  readonly queue: InboundQueue;
  readonly clock: Clock;
  /** Reads, authenticates and classifies the raw mail. */
  readonly read: (mail: QueuedMail) => Promise<ReceivedMail>;
  /** Does what a bounce or a complaint asks for and records the mail; the same mail may come again. */
  readonly act: (message: InboundMessage) => Promise<void>;
  readonly forwardingAddress?: string;
  /** What the flows have had; undefined where nothing of it is to be kept. */
  readonly kept?: KeptMails;
  readonly codes?: ForwardingCodes;
  readonly onTrouble: (error: EmailError) => void;
  /** A mail is kept for a person; `why` says what went wrong. */
  readonly onSetAside?: (mail: QueuedMail, why: EmailError) => void;
}

/** The nodes of a deploy start to listen one after the other, in ms; a mail told in between would miss the later ones. */
const settlingTime = 300;
const stateInterval = 500;
/** A flow that has not taken its mail by then gets it again after the start, in ms. */
const patience = 3000;

export class MailRoom implements MailListening {
  readonly forwardingAddress: string | undefined;
  readonly aside: AsideMails;
  readonly kept: KeptMails | undefined;
  readonly codes: ForwardingCodes | undefined;
  readonly #parts: MailRoomParts;
  readonly #feed: MailFeed<ReceivedMail>;
  readonly #handlers = new Map<string, MailHandler>();
  readonly #states: StateBoard<InboundState>;
  readonly #stopHearing: () => void;
  #sources: readonly Source[] = [];
  #httpReceipt: HttpReceipt | undefined;
  #counts = { waiting: 0, setAside: 0 };
  #stopCounting: (() => void) | undefined;
  #isClosed = false;
  #isTelling = false;
  #isKeeping = true;
  #callOff = (): void => {};
  /** Nodes that had a mail before it failed at another. */
  readonly #told = new Map<string, Set<string>>();

  constructor(parts: MailRoomParts) {
    const { queue, clock, onTrouble } = parts;
    this.#parts = parts;
    this.forwardingAddress = parts.forwardingAddress;
    this.kept = parts.kept;
    this.codes = parts.codes;
    this.#states = stateBoard(clock, stateInterval, () => this.state());
    this.#feed = new MailFeed({
      queue,
      clock,
      onTrouble,
      actOnly: () => !this.#isTelling,
      prepare: parts.read,
      handOn: (mail, queued, terms) => this.#handOn(mail, queued, terms),
      onSetAside: (mail, why) => this.#setAside(mail, why),
      onChange: () => this.#recount(),
    });
    const onChange = (): void => {
      this.#recount();
      this.#feed.wake();
    };
    this.#stopHearing = queue.onArrival(onChange);
    this.aside = asideMails({ queue, clock, onChange });
    onChange();
  }

  /** They close with the room. */
  receiveFrom(sources: readonly Source[], httpReceipt?: HttpReceipt): void {
    this.#sources = httpReceipt ? [...sources, httpReceipt] : sources;
    this.#httpReceipt = httpReceipt;
    this.#states.changed();
  }

  /** Undefined where no mail is posted. */
  get httpReceipt(): HttpReceipt | undefined {
    return this.#httpReceipt;
  }

  listen(nodeId: string, handler: MailHandler): () => void {
    if (this.#handlers.size === 0) this.#callOff = this.#parts.clock.after(settlingTime, () => this.#tell());
    this.#handlers.set(nodeId, handler);
    return () => {
      if (this.#handlers.get(nodeId) === handler) this.#handlers.delete(nodeId);
      if (this.#handlers.size > 0) return;
      this.#isTelling = false;
      this.#callOff();
    };
  }

  state(): InboundState {
    const sources: SourceState[] = this.#sources.map((source) => source.state());
    return { sources, ...this.#counts };
  }

  onState(listener: (state: InboundState) => void): () => void {
    return this.#states.subscribe(listener);
  }

  /** What a source tells of itself is different. */
  stateChanged(): void {
    this.#states.changed();
  }

  /** The sources first, so that nothing new comes; then what is being told, as long as a close may take. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopHearing();
    this.#stopCounting?.();
    this.#callOff();
    this.#states.close();
    await Promise.allSettled(this.#sources.map((source) => source.close()));
    await inTime(this.#feed.close(), { clock: this.#parts.clock, ms: patience }, () => {});
  }

  #tell(): void {
    this.#isTelling = true;
    this.#feed.wake();
  }

  async #handOn(mail: ReceivedMail, queued: QueuedMail, terms: Terms): Promise<HandedOn> {
    const { id, file, facts, acted } = queued;
    const { source, receivedAt } = facts;
    const { redelivered } = terms;
    const message: InboundMessage = { id, mail, source, receivedAt, file, redelivered };
    if (!acted) await this.#parts.act(message);
    if (terms.actOnly || !this.#isTelling) return 'acted';
    const told = this.#told.get(id) ?? new Set();
    this.#told.set(id, told);
    const keeping = this.#keep(message);
    try {
      await this.#tellAll(message, told);
    } finally {
      // it reads the file, which goes when the mail is done
      await keeping;
    }
    this.#told.delete(id);
    return 'done';
  }

  /** Nothing waits for a mail that cannot be kept. */
  async #keep(message: InboundMessage): Promise<void> {
    try {
      await this.kept?.keep(message);
      this.#isKeeping = true;
    } catch (thrown) {
      if (this.#isKeeping) this.#parts.onTrouble(asEmailError(thrown));
      this.#isKeeping = false;
    }
  }

  /** Whoever had it in an earlier try does not get it again. */
  async #tellAll(message: InboundMessage, told: Set<string>): Promise<void> {
    const waiting = [...this.#handlers].filter(([nodeId]) => !told.has(nodeId));
    const outcomes = await Promise.allSettled(
      waiting.map(async ([nodeId, handler]) => {
        await handler(message);
        told.add(nodeId);
      }),
    );
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  #setAside(mail: QueuedMail, why: EmailError): void {
    this.#told.delete(mail.id);
    const detail = { count: mostTries, value: mail.file, why: why.message };
    this.#parts.onTrouble(new EmailError('mail-set-aside', { detail }));
    this.#parts.onSetAside?.(mail, why);
  }

  /** One count at a time; what changes meanwhile is counted by the next. */
  #recount(): void {
    if (this.#isClosed) return;
    this.#stopCounting ??= this.#parts.clock.after(stateInterval, () => {
      this.#stopCounting = undefined;
      this.#parts.queue.counts().then(
        (counts) => {
          this.#counts = counts;
          this.#states.changed();
        },
        () => {}, // the store's own failures are told by whoever needs it
      );
    });
  }
}
