/** One IMAP folder comes in; its new mails leave for the queue, each once, and are put away when they are safe there. */

import { createHash } from 'node:crypto';
import { type Claim, type Claims, ownClaims } from '../kernel/claims.ts';
import type { Clock } from '../kernel/clock.ts';
import { asEmailError, EmailError } from '../kernel/errors.ts';
import { inTime } from '../kernel/in-time.ts';
import type { Notes } from '../kernel/notes.ts';
import { Backoff, type BackoffLimits } from '../outbound/backoff.ts';
import type { ImapSettings } from '../settings/inbound-settings.ts';
import { type ImapOptions, type ImapSession, openImapSession } from './imap-session.ts';
import type { InboundQueue } from './inbound-queue.ts';
import type { Source, SourceState } from './mail-listener.ts';
import type { MailboxClaims } from './mailbox-claims.ts';

export interface ImapRooms extends ImapOptions {
  readonly queue: Pick<InboundQueue, 'accept'>;
  readonly notes: Notes;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Bytes */
  readonly maxMailBytes: number;
  /** Only one source of this machine reads a mailbox. */
  readonly claims: MailboxClaims;
  /** Of the machines that run this app one at a time reads it; the others wait for their turn. */
  readonly machines?: Claims;
  readonly onTrouble: (error: EmailError) => void;
  /** What `state` tells of is different. */
  readonly onChange?: () => void;
}

const reconnecting: BackoffLimits = { first: 2000, longest: 300_000 };
/** A wrong password that is tried often locks the account. */
const signInWait = 300_000;
/** Whoever stops a flow waits for 15 s. */
const patience = 5000;
/** ms until a mailbox that another machine reads is tried again. */
const handOverEvery = 5000;
/** For servers that do not say when mail arrives. */
const lookAgain = 300_000;

/** Connects, and goes on until it is closed; what goes wrong is in its state and is told once. */
export function openImapSource(settings: ImapSettings, rooms: ImapRooms): Source {
  return new ImapSource(settings, rooms);
}

/** How far the folder has been read; a new UIDVALIDITY makes it worthless. */
interface Ledger {
  readonly uidValidity: string;
  readonly lastUid: number;
}

class ImapSource implements Source {
  readonly #settings: ImapSettings;
  readonly #rooms: ImapRooms;
  readonly #mailbox: string;
  /** Names the mailbox where its own name would be too long or too telling. */
  readonly #key: string;
  readonly #backoff: Backoff;
  readonly #running: Promise<void>;
  #session: ImapSession | undefined;
  /** Undefined while another machine has it. */
  #turn: Claim | undefined;
  #lastMailAt: number | undefined;
  #trouble: EmailError | undefined;
  #isClosed = false;
  #stopWaiting = (): void => {};

  constructor(settings: ImapSettings, rooms: ImapRooms) {
    this.#settings = settings;
    this.#rooms = rooms;
    const { host, port, folder, login } = settings;
    this.#mailbox = `${login.user} at ${host.toLowerCase()}:${port}, folder ${folder}`;
    this.#key = createHash('sha256').update(this.#mailbox).digest('hex').slice(0, 16);
    this.#backoff = new Backoff(reconnecting, rooms.random);
    this.#running = this.#run();
  }

  state(): SourceState {
    const connected = this.#session !== undefined;
    return {
      ...{ source: 'imap', connected, lastMailAt: this.#lastMailAt },
      trouble: this.#trouble?.message,
    };
  }

  /** The mail that is being taken in is finished, if it does not take too long. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopWaiting();
    await inTime(this.#running, { clock: this.#rooms.clock, ms: patience }, () => {});
    this.#session?.close();
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      try {
        if (await this.#isOurTurn()) await this.#serve();
        else await this.#wait(handOverEvery);
      } catch (thrown) {
        // whoever lost its turn was cut off by us
        if (!this.#isClosed && this.#turn) await this.#recover(asEmailError(thrown));
      }
    }
    await this.#turn?.release();
  }

  async #isOurTurn(): Promise<boolean> {
    const { machines = ownClaims } = this.#rooms;
    this.#turn ??= await machines.take(`mailbox:${this.#key}`, () => {
      this.#turn = undefined;
      this.#session?.close();
    });
    return this.#turn !== undefined;
  }

  async #recover(error: EmailError): Promise<void> {
    const { clock } = this.#rooms;
    this.#backoff.failed(clock.now());
    const isNew = error.code !== this.#trouble?.code;
    this.#trouble = error;
    if (isNew) this.#rooms.onTrouble(error);
    this.#rooms.onChange?.();
    const isHopeless = error.code === 'auth-failed' && this.#settings.login.kind === 'password';
    await this.#wait(isHopeless ? signInWait : this.#backoff.retryAt - clock.now());
  }

  /** Until the time is up, one of the others resolves, or the source is closed. */
  async #wait(delay: number, ...others: Promise<void>[]): Promise<void> {
    let callOff = (): void => {};
    const over = new Promise<void>((resolve) => {
      callOff = this.#rooms.clock.after(delay, resolve);
      this.#stopWaiting = resolve;
      if (this.#isClosed) resolve();
    });
    try {
      await Promise.race([over, ...others]);
    } finally {
      callOff();
    }
  }

  async #serve(): Promise<void> {
    const giveBack = await this.#rooms.claims.take(this.#mailbox);
    if (!giveBack)
      throw new EmailError('mailbox-in-use', { detail: { value: this.#mailbox }, retryable: true });
    try {
      const session = await openImapSession(this.#settings, this.#rooms);
      await this.#read(session).finally(() => session.close());
    } finally {
      this.#session = undefined;
      this.#rooms.onChange?.();
      await giveBack();
    }
  }

  async #read(session: ImapSession): Promise<void> {
    this.#session = session;
    this.#rooms.onChange?.();
    while (!this.#isClosed && this.#turn) {
      await this.#collect(session);
      this.#allIsWell();
      await this.#wait(lookAgain, session.arrival());
    }
  }

  #allIsWell(): void {
    this.#backoff.succeeded();
    if (this.#trouble === undefined) return;
    this.#trouble = undefined;
    this.#rooms.onChange?.();
  }

  /** In an unknown folder what somebody has read already is none of ours; from then on everything new is. */
  async #collect(session: ImapSession): Promise<void> {
    const last = await this.#lastUid(session);
    for (const uid of await session.uids(last === undefined ? 'unseen' : { above: last })) {
      if (this.#isClosed || !this.#turn) return;
      if (last === undefined && uid >= session.uidNext) break;
      await this.#take(session, uid);
      if (last !== undefined) await this.#remember(session, uid);
    }
    if (last === undefined) await this.#remember(session, session.uidNext - 1);
  }

  async #lastUid({ uidValidity }: ImapSession): Promise<number | undefined> {
    const ledger = JSON.parse((await this.#rooms.notes.readNote(this.#note)) ?? '{}') as Partial<Ledger>;
    return ledger.uidValidity === uidValidity ? ledger.lastUid : undefined;
  }

  async #remember({ uidValidity }: ImapSession, lastUid: number): Promise<void> {
    const ledger: Ledger = { uidValidity, lastUid };
    await this.#rooms.notes.writeNote(this.#note, JSON.stringify(ledger));
  }

  get #note(): string {
    return `imap-${this.#key}`;
  }

  /** Put away only when it is on disk here; a mail that is too large stays where it is. */
  async #take(session: ImapSession, uid: number): Promise<void> {
    const { clock, onTrouble, maxMailBytes, onChange } = this.#rooms;
    const found = await session.find(uid);
    if (!found) return;
    try {
      if (found.size > maxMailBytes) throw tooLarge(maxMailBytes);
      const raw = await session.read(uid);
      if (!raw) return;
      await this.#accept(raw, `${this.#key}:${session.uidValidity}:${uid}`, found.receivedAt ?? clock.now());
    } catch (thrown) {
      const error = asEmailError(thrown);
      if (error.code !== 'mail-too-large') throw error;
      onTrouble(error);
      return;
    }
    await session.putAway(uid);
    this.#lastMailAt = clock.now();
    onChange?.();
  }

  async #accept(raw: AsyncIterable<Uint8Array>, sourceKey: string, receivedAt: number): Promise<void> {
    const facts = { source: 'imap', envelope: { to: [] }, receivedAt, sourceKey } as const;
    await this.#rooms.queue.accept(raw, facts, this.#rooms.maxMailBytes);
  }
}

function tooLarge(limit: number): EmailError {
  return new EmailError('mail-too-large', { detail: { limit: limit / 1_000_000 } });
}
