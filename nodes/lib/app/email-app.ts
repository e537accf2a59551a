/** One running email app: its outbox, its dispatcher and its route, opened together and closed together. */

import type { MailRoom } from '../inbound/mail-room.ts';
import type { SesSource } from '../inbound/ses-source.ts';
import { AtMostAtOnce } from '../kernel/at-most-at-once.ts';
import { EmailError } from '../kernel/errors.ts';
import type { Notes } from '../kernel/notes.ts';
import { type StateBoard, stateBoard } from '../kernel/state-board.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { TokenKeeper } from '../oauth/token-keeper.ts';
import { recipientCheck } from '../outbound/check-recipients.ts';
import { type Dispatcher, type DispatcherState, openDispatcher } from '../outbound/dispatcher.ts';
import { type EmailResult, emailResult } from '../outbound/email-result.ts';
import { inRequests } from '../outbound/in-requests.ts';
import type { PartRecord, UnreportedPart } from '../outbound/outbox.ts';
import { PendingConfirmations } from '../resubscribe/pending-confirmations.ts';
import { openResubscription, type Resubscription } from '../resubscribe/resubscription.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import type { SuppressionList } from '../suppression/suppression-list.ts';
import type { AppParts } from './app-parts.ts';
import { compiledMails } from './compiled-mails.ts';
import { EventDesk } from './event-desk.ts';
import { mailComposer } from './mail-composer.ts';
import { MessageDesk } from './message-desk.ts';
import { openMailRoom } from './open-mail-room.ts';
import { sendMail } from './send-mail.ts';
import type { SendOrder, SendOutcome } from './send-order.ts';
import { tendStore } from './tend-store.ts';
import { watchOwnDomain } from './watch-own-domain.ts';
import { WebhookDesk } from './webhook-desk.ts';

export interface AppState extends DispatcherState {
  /** True while mail waits for a person to sign in at the provider, or to mend the OAuth settings. */
  readonly signInNeeded: boolean;
  /** Why marketing mail waits, while other mail goes out. */
  readonly marketingPaused?: string;
  /** Why the store does not take what it is given, or not all of it. */
  readonly storeTrouble?: EmailError;
}

export type ResultListener = (record: PartRecord) => void;

/** Encoded mails held ready between acceptance and hand-over. */
const readyBytes = 32 * 1024 * 1024;
const stateInterval = 500;
/** Requests read and written together: enough to share a write, few enough that a flood of them leaves room for sending. */
const acceptedAtOnce = 32;

export class EmailApp {
  readonly settings: AppSettings;
  readonly suppressions: SuppressionList;
  readonly events: EventDesk;
  readonly webhooks: WebhookDesk;
  /** Where people look for mails and into them. */
  readonly messages: MessageDesk;
  /** Where nodes listen for received mail. */
  readonly mailRoom: MailRoom;
  readonly keys: KeyRing;
  /** Small facts by name, on disk. */
  readonly notes: Notes;
  /** Undefined when the route does not sign in with OAuth. */
  readonly tokens: TokenKeeper | undefined;
  /** Undefined when the app cannot send. */
  readonly resubscription: Resubscription | undefined;
  /** Results of another machine that ended are `unreported` here from then on; the returned function ends it. */
  readonly onTakeover: (listener: () => void) => () => void;
  #isClosing = false;
  #ses: SesSource | undefined;
  readonly #confirmations: PendingConfirmations;
  readonly #parts: AppParts;
  readonly #ready = compiledMails(readyBytes);
  readonly #accepting = new AtMostAtOnce(acceptedAtOnce);
  readonly #listeners = new Set<ResultListener>();
  readonly #states: StateBoard<AppState>;
  readonly #dispatcher: Dispatcher;
  readonly #stopTending: () => void;
  readonly #stopWatching: () => Promise<void>;

  constructor(parts: AppParts) {
    const { settings, suppressions, keys, clock } = parts;
    const { delivery, unsubscribe } = settings;
    this.settings = settings;
    this.#confirmations = new PendingConfirmations({ notes: parts.outbox, keys });
    this.suppressions = this.#confirmations.guard(suppressions);
    this.keys = keys;
    this.notes = parts.outbox;
    this.tokens = parts.tokens;
    this.onTakeover = parts.onTakeover ?? (() => () => {});
    this.#parts = parts;
    this.#states = stateBoard(clock, stateInterval, () => this.state());
    this.events = new EventDesk({ ...parts, onChange: () => this.#states.changed() });
    this.webhooks = new WebhookDesk({ ...parts, notes: parts.outbox, events: this.events });
    this.messages = new MessageDesk({
      ...parts,
      onSettled: (records) => this.#tell(records),
      onQueued: () => this.#dispatcher.wake(),
    });
    this.mailRoom = openMailRoom(parts, this.events);
    const isConfirmation = (emailId: string) => this.#confirmations.covers(emailId);
    this.#dispatcher = openDispatcher({
      ...parts,
      onTrouble: (error) => this.#troubled(error),
      delivery: parts.transport.deliverCopy ? inRequests(delivery) : delivery,
      compose: mailComposer({ ...parts, ready: this.#ready }),
      check: recipientCheck({ list: suppressions, clock, unsubscribe, isConfirmation }),
      onSettled: (records) => this.#tell(records),
      onChange: () => this.#states.changed(),
    });
    this.resubscription = openResubscription({
      ...parts,
      list: suppressions,
      pending: this.#confirmations,
      onAccepted: () => this.#dispatcher.wake(),
    });
    parts.tokens?.onMended(() => {
      this.#dispatcher.wake(true);
      this.#states.changed();
    });
    this.#stopTending = tendStore(parts, () => this.#states.changed());
    const tell: EventDesk['tell'] = (event) => this.events.tell(event);
    this.#stopWatching = watchOwnDomain({ settings, clock, notes: parts.outbox, tell });
  }

  /** Resolves when the mail is on disk. Throws EmailError naming the field at fault. */
  async send(order: SendOrder): Promise<SendOutcome> {
    const notifyHosts = () => this.webhooks.notifyHosts();
    const requireOpen = () => this.#requireOpen();
    const rooms = { ...this.#parts, ready: this.#ready, notifyHosts, requireOpen };
    const outcome = await this.#accepting.run(() => sendMail(order, rooms));
    this.#dispatcher.wake();
    return outcome;
  }

  /** Each settled part is told once, whichever node asked for it; the returned function ends it. */
  onResult(listener: ResultListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The listener hears the state now and after changes, at most twice a second; the returned function ends it. */
  onState(listener: (state: AppState) => void): () => void {
    return this.#states.subscribe(listener);
  }

  state(): AppState {
    const signInNeeded = this.tokens?.state().needsPerson ?? false;
    const { marketingPaused } = this.events;
    const storeTrouble = this.#parts.health.trouble;
    return { ...this.#dispatcher.state(), signInNeeded, marketingPaused, storeTrouble };
  }

  /** What `state` tells of is different, for a reason that this app does not know of by itself. */
  stateChanged(): void {
    this.#states.changed();
  }

  /** The settled parts of a node's requests whose results the flow has not had. */
  unreported(node: string, limit: number): Promise<UnreportedPart[]> {
    return this.#parts.outbox.unreported(node, limit);
  }

  markReported(partIds: readonly string[]): Promise<void> {
    return this.#parts.outbox.markReported(partIds);
  }

  find(partId: string): Promise<PartRecord | undefined> {
    return this.#parts.outbox.find(partId);
  }

  /** As `Outbox.partsOf`. */
  partsOf(requestId: string, from: number, limit: number): Promise<PartRecord[]> {
    return this.#parts.outbox.partsOf(requestId, from, limit);
  }

  resultOf(record: PartRecord): EmailResult {
    const { name, route } = this.settings;
    return emailResult(record, { name, route: route.kind });
  }

  async pause(): Promise<void> {
    await this.#dispatcher.pause();
    this.#states.changed();
    this.#tellPause('person', 'paused by hand');
  }

  /** Of all mail, and of the marketing; false if neither was paused. */
  async resume(): Promise<boolean> {
    const { paused } = this.#dispatcher.state();
    const hadMarketing = await this.events.resumeMarketing();
    await this.#dispatcher.resume();
    this.#states.changed();
    return paused || hadMarketing;
  }

  /** Undefined when Amazon SES is asked for nothing. */
  get ses(): SesSource | undefined {
    return this.#ses;
  }

  /** It closes with the app, before those whom it tells. */
  hearSes(ses: SesSource | undefined): void {
    this.#ses = ses;
  }

  /** The dispatcher first, so that mails in the hands of the route still settle into the open outbox. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#stopTending();
    await this.#stopWatching();
    await this.#ses?.close();
    await this.mailRoom.close();
    this.#states.close();
    await this.#dispatcher.close();
    await this.#accepting.idle();
    await this.#confirmations.idle();
    await this.webhooks.close();
    await this.events.close();
    await this.#parts.transport.close();
    await this.tokens?.close();
    await this.#parts.outbox.close();
  }

  #requireOpen(): void {
    if (this.#isClosing) throw new EmailError('app-closed', { retryable: true });
  }

  #troubled(error: EmailError): void {
    if (error.code === 'app-paused') this.#tellPause('standing', error.message);
    this.#parts.onTrouble(error);
  }

  #tellPause(by: string, reason: string): void {
    this.events.tell({ type: 'app.paused', at: this.#parts.clock.now(), detail: { by, reason } });
  }

  #tell(records: readonly PartRecord[]): void {
    this.events.settled(records);
    this.messages.settled(records);
    for (const record of records) {
      // it was held ready for nothing
      if (record.state === 'expired' || record.state === 'cancelled') this.#ready.take(record.requestId);
      for (const listener of this.#listeners) listener(record);
    }
  }
}
