/** Listeners to channels come in; one connection, found again whenever it is lost, hears for them all. */
import type { Clock } from '../kernel/clock.ts';
import type { Connection } from './open-database.ts';

type Listener = (payload: string | undefined) => void;

const retryAfter = 1_000;
/** A connection that nobody said goodbye on is missed by asking. */
const askEvery = 10_000;

export class Notifications {
  readonly #connect: () => Promise<Connection>;
  readonly #clock: Clock;
  readonly #channels = new Map<string, Set<Listener>>();
  #connection: Connection | undefined;
  #opening: Promise<void> | undefined;
  #isClosed = false;
  #wasLost = false;
  #callOff = (): void => {};

  constructor(connect: () => Promise<Connection>, clock: Clock) {
    this.#connect = connect;
    this.#clock = clock;
  }

  /** As `Database.listen`. */
  listen(channel: string, listener: Listener): () => void {
    const listeners = this.#channels.get(channel);
    if (listeners) listeners.add(listener);
    else this.#channels.set(channel, new Set([listener]));
    const connection = this.#connection;
    if (!connection) this.#open();
    else if (!listeners) connection.query(listenTo(channel)).catch(() => this.#lose(connection));
    return () => void this.#channels.get(channel)?.delete(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#opening;
    this.#callOff();
    await this.#connection?.end();
  }

  #open(): void {
    this.#opening ??= this.#find().finally(() => {
      this.#opening = undefined;
    });
  }

  async #find(): Promise<void> {
    let found: Connection | undefined;
    try {
      found = await this.#connect();
      this.#connection = found;
      await this.#hearAll(found);
    } catch {
      this.#lose(found);
    }
  }

  async #hearAll(found: Connection): Promise<void> {
    found.onNotified((channel, payload) => this.#tell(channel, payload));
    found.onLost(() => this.#lose(found));
    for (const channel of this.#channels.keys()) await found.query(listenTo(channel));
    this.#ask(found);
    // what was said meanwhile is not said again
    if (this.#wasLost) for (const channel of this.#channels.keys()) this.#tell(channel, undefined);
    this.#wasLost = false;
  }

  #ask(connection: Connection): void {
    this.#callOff = this.#clock.after(askEvery, () => {
      void connection.query('SELECT').then(
        () => connection === this.#connection && this.#ask(connection),
        () => this.#lose(connection),
      );
    });
  }

  #lose(connection: Connection | undefined): void {
    if (connection !== this.#connection) return;
    this.#connection = undefined;
    this.#wasLost = true;
    this.#callOff();
    void connection?.end();
    if (!this.#isClosed) this.#callOff = this.#clock.after(retryAfter, () => this.#open());
  }

  #tell(channel: string, payload: string | undefined): void {
    for (const listener of this.#channels.get(channel) ?? []) listener(payload);
  }
}

function listenTo(channel: string): string {
  return `LISTEN "${channel.replaceAll('"', '""')}"`;
}
