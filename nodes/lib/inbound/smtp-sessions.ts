/** Connections of an SMTP listener come and go; whether one more may come, and whether one may go on, goes out. */
import type { Clock } from '../kernel/clock.ts';
import { originOf } from '../kernel/origin-of.ts';

export interface SmtpLimits {
  /** Connections at the same time. */
  readonly inAll: number;
  readonly perAddress: number;
  /** ms without a byte from the client while it is its turn. */
  readonly idleTime: number;
  /** ms for everything that a client does in one connection. */
  readonly sessionTime: number;
  /** Of one mail. */
  readonly recipients: number;
  /** Recipients that are not ours, in one connection: more look for addresses. */
  readonly strangers: number;
  readonly mails: number;
  /** Bytes of a command line: RFC 5321 §4.5.3.1.4 with room for its extensions. */
  readonly commandLine: number;
  /** ms that mails under way have to come to their end when the listener closes. */
  readonly closeTime: number;
}

export const usualLimits: SmtpLimits = {
  inAll: 100,
  perAddress: 20,
  idleTime: 120_000,
  sessionTime: 20 * 60_000,
  recipients: 100,
  strangers: 10,
  mails: 1000,
  commandLine: 2048,
  closeTime: 3000,
};

export interface SmtpSession<App> {
  /** Whose recipients the mail that is being announced has. */
  app: App | undefined;
  strangers: number;
  mails: number;
  isReceiving: boolean;
}

export class SmtpSessions<App> {
  readonly #limits: SmtpLimits;
  readonly #clock: Clock;
  readonly #sessions = new Map<string, SmtpSession<App> & { readonly origin: string; callOff: () => void }>();

  constructor(limits: SmtpLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** False if its address has too many already. `onLate` is called when its time is over. */
  enter(id: string, ip: string, onLate: () => void): boolean {
    const origin = originOf(ip);
    const present = [...this.#sessions.values()].filter((session) => session.origin === origin);
    if (present.length >= this.#limits.perAddress) return false;
    const callOff = this.#clock.after(this.#limits.sessionTime, onLate);
    this.#sessions.set(id, { app: undefined, strangers: 0, mails: 0, isReceiving: false, origin, callOff });
    return true;
  }

  find(id: string): SmtpSession<App> | undefined {
    return this.#sessions.get(id);
  }

  leave(id: string): void {
    this.#sessions.get(id)?.callOff();
    this.#sessions.delete(id);
  }
}
