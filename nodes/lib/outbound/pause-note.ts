/** Why nothing is sent, if so: kept in the store, so that a pause outlives a restart. */
import type { Notes } from '../kernel/notes.ts';

const wholeApp = 'paused';
/** ms after which a note that another machine may have written is read again. */
const oldAfter = 1000;

/** All throw what the store throws. */
export class PauseNote {
  readonly #notes: Notes;
  readonly #name: string;
  #readAt: number | undefined;
  /** Of what was said here: what was read before it no longer holds. */
  #turn = 0;
  #writing = 0;
  /** Undefined while sending goes on, and until `read`. */
  reason: string | undefined;

  constructor(notes: Notes, name: string = wholeApp) {
    this.#notes = notes;
    this.#name = name;
  }

  /** Once, or again where another machine may have said otherwise; whoever pauses meanwhile is not overruled. */
  async read(now: number): Promise<void> {
    if (!this.#isOld(now)) return;
    const turn = this.#turn;
    const reason = await this.#notes.readNote(this.#name);
    const isFirst = this.#readAt === undefined;
    if (turn === this.#turn) this.reason = isFirst ? (this.reason ?? reason) : reason;
    this.#readAt = now;
  }

  /** In force before it is on disk. */
  async set(reason: string): Promise<void> {
    this.reason = reason;
    await this.#write(reason);
  }

  /** On disk before it is in force. */
  async clear(): Promise<void> {
    await this.#write(undefined);
    this.reason = undefined;
  }

  #isOld(now: number): boolean {
    if (this.#readAt === undefined) return true;
    const isShared = this.#notes.areShared === true && this.#writing === 0;
    return isShared && Math.abs(now - this.#readAt) >= oldAfter;
  }

  async #write(reason: string | undefined): Promise<void> {
    this.#turn += 1;
    this.#writing += 1;
    try {
      await this.#notes.writeNote(this.#name, reason);
    } finally {
      this.#writing -= 1;
    }
  }
}
