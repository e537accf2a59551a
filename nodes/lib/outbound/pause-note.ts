/** Why nothing is sent, if so: kept in the store, so that a pause outlives a restart. */
import type { Notes } from '../kernel/notes.ts';

const wholeApp = 'paused';

/** All throw what the store throws. */
export class PauseNote {
  readonly #notes: Notes;
  readonly #name: string;
  #isRead = false;
  /** Undefined while sending goes on, and until `read`. */
  reason: string | undefined;

  constructor(notes: Notes, name: string = wholeApp) {
    this.#notes = notes;
    this.#name = name;
  }

  /** Once; whoever paused before that is not overruled. */
  async read(): Promise<void> {
    if (this.#isRead) return;
    const reason = await this.#notes.readNote(this.#name);
    this.reason ??= reason;
    this.#isRead = true;
  }

  /** In force before it is on disk. */
  async set(reason: string): Promise<void> {
    this.reason = reason;
    await this.#notes.writeNote(this.#name, reason);
  }

  /** On disk before it is in force. */
  async clear(): Promise<void> {
    await this.#notes.writeNote(this.#name, undefined);
    this.reason = undefined;
  }
}
