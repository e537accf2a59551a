/** The connections of one SMTP route: opened on demand up to a limit, kept alive for the next mail, ended when idle. */
import type { Clock } from '../kernel/clock.ts';
import { EmailError } from '../kernel/errors.ts';
import type { SmtpSession } from './smtp-session.ts';

const idleTime = 30_000;
/** Servers end a connection after some number of mails; leaving first costs one round trip instead of a failure. */
const mailsPerConnection = 100;
const quitTime = 5_000;

interface Idle {
  readonly session: SmtpSession;
  readonly callOff: () => void;
}

interface Waiting {
  readonly resolve: (session: SmtpSession | Promise<SmtpSession>) => void;
}

export interface SmtpConnectionsOptions {
  readonly open: () => Promise<SmtpSession>;
  readonly clock: Clock;
  /** Connections at the same time. */
  readonly limit: number;
}

/**
 * A connection: opening ──► busy ⇄ idle ──► gone. It is gone after any failure, 100 mails, 30 s idle, or when either
 * side ends it. The one used last is used next, so that with little mail the others end.
 */
export class SmtpConnections {
  readonly #options: SmtpConnectionsOptions;
  readonly #idle: Idle[] = [];
  readonly #waiting: Waiting[] = [];
  #count = 0;
  #closed = false;

  constructor(options: SmtpConnectionsOptions) {
    this.#options = options;
  }

  /** Lends a session to `work`; `fresh` asks for one that has served nobody. A session whose work fails is dropped. */
  async use<T>(work: (session: SmtpSession) => Promise<T>, fresh = false): Promise<T> {
    const session = await this.#take(fresh);
    try {
      const result = await work(session);
      this.#giveBack(session);
      return result;
    } catch (thrown) {
      session.drop();
      this.#gone();
      throw thrown;
    }
  }

  /** Idle connections end at once, busy ones after their mail. */
  close(): void {
    this.#closed = true;
    for (const idle of [...this.#idle]) this.#retire(idle);
  }

  async #take(fresh: boolean): Promise<SmtpSession> {
    if (this.#closed) throw new EmailError('app-closed', { retryable: true });
    const idle = fresh ? undefined : this.#idle.pop();
    if (idle) {
      idle.callOff();
      return idle.session;
    }
    const oldest = this.#idle[0];
    if (this.#count >= this.#options.limit && oldest) this.#retire(oldest);
    if (this.#count < this.#options.limit) return this.#open();
    return new Promise((resolve) => this.#waiting.push({ resolve }));
  }

  async #open(): Promise<SmtpSession> {
    this.#count += 1;
    try {
      return await this.#options.open();
    } catch (thrown) {
      this.#gone();
      throw thrown;
    }
  }

  #giveBack(session: SmtpSession): void {
    const reusable = session.isOpen && session.served < mailsPerConnection;
    const next = reusable ? this.#waiting.shift() : undefined;
    if (next) next.resolve(session);
    else if (reusable && !this.#closed) this.#rest(session);
    else this.#leave(session);
  }

  #rest(session: SmtpSession): void {
    const retire = (): void => this.#retire(idle);
    const stopClock = this.#options.clock.after(idleTime, retire);
    const forget = session.onEnd(retire);
    const idle: Idle = {
      session,
      callOff: () => {
        stopClock();
        forget();
      },
    };
    this.#idle.push(idle);
  }

  /** Does nothing if it is not idle any more. */
  #retire(idle: Idle): void {
    const index = this.#idle.indexOf(idle);
    if (index < 0) return;
    this.#idle.splice(index, 1);
    idle.callOff();
    this.#leave(idle.session);
  }

  #leave(session: SmtpSession): void {
    this.#gone();
    if (!session.isOpen) return;
    const callOff = this.#options.clock.after(quitTime, () => session.drop());
    session.onEnd(callOff);
    session.quit();
  }

  #gone(): void {
    this.#count -= 1;
    const next = this.#waiting.shift();
    if (next) next.resolve(this.#open());
  }
}
