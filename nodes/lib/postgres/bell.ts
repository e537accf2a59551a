/**
 * Something was committed here: listeners of this process hear of it at once, those of the app's other machines in moments.
 *
 * A NOTIFY is sent by itself, after the commit: within the transaction it would hold a lock of the whole database until the
 * commit is on disk, so that all commits wait for each other. What a crash leaves unsaid is said by whoever recovers the
 * dead instance.
 */
import { asEmailError, type EmailError } from '../kernel/errors.ts';
import type { Place } from './database.ts';

export interface Bell {
  /** Waits for nothing; `name` says what it is about, less than 1000 characters. */
  ring(name?: string): void;
  /** Without a name there may be something about each of them: rings may have gone unheard. */
  hear(listener: (name: string | undefined) => void): () => void;
  close(): void;
}

/** `app`, `instance` and name, as JSON text; not longer than 8000 bytes. */
type Payload = readonly [app: string, instance: string, name: string];

export function openBell(place: Place, channel: string): Bell {
  return new NotifyingBell(place, channel);
}

class NotifyingBell implements Bell {
  readonly #place: Place;
  readonly #channel: string;
  readonly #listeners = new Set<(name: string | undefined) => void>();
  readonly #unsaid = new Set<string>();
  readonly #stopListening: () => void;
  #isSending = false;

  constructor(place: Place, channel: string) {
    this.#place = place;
    this.#channel = channel;
    this.#stopListening = place.database.listen(channel, (payload) => this.#heard(payload));
  }

  ring(name = ''): void {
    this.#tell(name);
    this.#unsaid.add(name);
    void this.#send();
  }

  hear(listener: (name: string | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#stopListening();
    this.#listeners.clear();
  }

  #tell(name: string | undefined): void {
    for (const listener of this.#listeners) listener(name);
  }

  #heard(payload: string | undefined): void {
    if (payload === undefined) {
      this.#tell(undefined);
      void this.#send();
      return;
    }
    const [app, instance, name] = JSON.parse(payload) as Payload;
    if (app === this.#place.appId && instance !== this.#place.instance) this.#tell(name);
  }

  /** What is rung meanwhile goes with the next; what failed, when the database is found again, or with the next. */
  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    while (this.#unsaid.size > 0) {
      const names = [...this.#unsaid];
      this.#unsaid.clear();
      const failure = await this.#notify(names);
      if (!failure) continue;
      for (const name of names) this.#unsaid.add(name);
      break;
    }
    this.#isSending = false;
  }

  #notify(names: readonly string[]): Promise<EmailError | undefined> {
    const { database, appId, instance } = this.#place;
    const payloads = names.map((name) => JSON.stringify([appId, instance, name] satisfies Payload));
    const sql = 'SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload';
    return database.query(sql, [this.#channel, payloads]).then(() => undefined, asEmailError);
  }
}
