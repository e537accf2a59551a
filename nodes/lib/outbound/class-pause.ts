/** One class of mail that waits while the others go on: kept in the store, so that it outlives a restart. */

import type { Clock } from '../kernel/clock.ts';
import type { Notes } from '../kernel/notes.ts';
import type { MessageClass } from '../mail/mail-content.ts';
import { classPause, endOfTime, type Outbox } from './outbox.ts';
import { PauseNote } from './pause-note.ts';

export type PausingOutbox = Notes & Pick<Outbox, 'pauseDomain'>;

/** All throw what the store throws. */
export class ClassPause {
  readonly #outbox: PausingOutbox;
  readonly #clock: Clock;
  readonly #note: PauseNote;
  readonly #name: string;

  constructor(outbox: PausingOutbox, messageClass: MessageClass, clock: Clock) {
    this.#outbox = outbox;
    this.#clock = clock;
    this.#note = new PauseNote(outbox, `paused.${messageClass}`);
    this.#name = classPause(messageClass);
  }

  /** Undefined while the class is sent. */
  get reason(): string | undefined {
    return this.#note.reason;
  }

  /** Another machine may have paused it, or let it go on. */
  read(): Promise<void> {
    return this.#note.read(this.#clock.now());
  }

  /** The note is written first and taken away last, so whoever was cut off in the middle goes on here. */
  async open(): Promise<void> {
    await this.read();
    if (this.reason !== undefined) await this.#hold(this.reason);
  }

  async pause(reason: string): Promise<void> {
    await this.#note.set(reason);
    await this.#hold(reason);
  }

  /** False if it was not paused. */
  async resume(): Promise<boolean> {
    await this.read();
    if (this.reason === undefined) return false;
    await this.#outbox.pauseDomain(this.#name, this.#clock.now(), '');
    await this.#note.clear();
    return true;
  }

  #hold(reason: string): Promise<void> {
    return this.#outbox.pauseDomain(this.#name, endOfTime, reason);
  }
}
