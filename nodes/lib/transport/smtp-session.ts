/** One connection to an SMTP server, set up and signed in; mails enter, receipts or EmailErrors leave. */
import type { Readable } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type SmtpConnection from 'nodemailer/lib/smtp-connection';
import type { Clock } from '../kernel/clock.ts';
import { EmailError } from '../kernel/errors.ts';
import { mailTooLarge } from '../request/mail-too-large.ts';
import type { SmtpRoute } from '../settings/app-settings.ts';
import type { AccessTokens } from './access-tokens.ts';
import { mailStream } from './mail-stream.ts';
import { readSmtpAnswer } from './smtp-answer.ts';
import { type SmtpReport, type SmtpStage, smtpFailure } from './smtp-failure.ts';
import { smtpQueueId } from './smtp-queue-id.ts';
import { prepareSignIn, type SmtpSignIn } from './smtp-sign-in.ts';
import { type Envelope, NobodyTaken, type OutgoingMail, type Receipt, type Refusal } from './transport.ts';

/** ms without the thing waited for */
export interface SmtpTimeouts {
  readonly connection: number;
  readonly greeting: number;
  readonly socket: number;
  /** For the whole set-up, and for each mail: a server that sends a line now and then must not keep us for ever. */
  readonly whole: number;
}

const usualTimeouts: SmtpTimeouts = {
  connection: 30_000,
  greeting: 30_000,
  socket: 120_000,
  whole: 1_800_000,
};

export interface SmtpTime {
  readonly clock: Clock;
  /** 30 s to connect and for the greeting, 120 s of silence, half an hour in all, unless given. */
  readonly timeouts?: SmtpTimeouts;
}

export interface SmtpSession {
  /** Mails it took or refused. */
  readonly served: number;
  /** False once either side ended it. */
  readonly isOpen: boolean;
  /** Throws EmailError; the session is of no use afterwards. One mail at a time. */
  send(mail: OutgoingMail): Promise<Receipt>;
  /** In plain words: how it is encrypted and as whom it signed in. */
  describe(): string;
  /** `listener` runs once, when either side ended it; the returned function calls it off. */
  onEnd(listener: () => void): () => void;
  /** Takes leave (QUIT). */
  quit(): void;
  /** Ends it at once. */
  drop(): void;
}

export interface SmtpSessionOptions extends SmtpTime {
  /** For a login with OAuth. */
  readonly tokens?: AccessTokens;
}

/** Connects, negotiates TLS, signs in. Throws EmailError of the kinds that concern the route, all retryable. */
export async function openSmtpSession(route: SmtpRoute, options: SmtpSessionOptions): Promise<SmtpSession> {
  const { clock, timeouts = usualTimeouts, tokens } = options;
  const signIn = await prepareSignIn(route.login, tokens);
  // loaded with the first mail, so that nothing else waits for it
  const { default: Connection } = await import('nodemailer/lib/smtp-connection');
  const { customAuth } = signIn;
  const connection = new Connection({ ...connectionOptions(route, timeouts), customAuth });
  connection.on('error', () => {}); // each step has its own answer; a later error only ends the session
  const giveUpLater = () => clock.after(timeouts.whole, () => connection.close());
  const callOff = giveUpLater();
  try {
    await connected(connection);
    await signIn.perform((auth) => signedIn(connection, auth));
  } catch (thrown) {
    connection.close();
    if (thrown instanceof EmailError) throw thrown;
    throw smtpFailure(withoutSecret(thrown as SmtpReport, signIn), 'connect', serverName(route));
  } finally {
    callOff();
  }
  return new NodemailerSession(connection, route, giveUpLater);
}

function withoutSecret(report: SmtpReport, { hide }: SmtpSignIn): SmtpReport {
  const { code, originalCode, command, response, message } = report;
  const hidden = (text: unknown) => (typeof text === 'string' ? hide(text) : undefined);
  return { code, originalCode, command, response: hidden(response), message: hidden(message) };
}

export function serverName({ host, port }: SmtpRoute): string {
  return `${host}:${port}`;
}

function connectionOptions({ host, port, security, tls, ehloName }: SmtpRoute, timeouts: SmtpTimeouts) {
  const { verify, ...certificates } = tls;
  return {
    host,
    port,
    name: ehloName,
    secure: security === 'ssl',
    // never falls back to plain text when the server, or somebody between, hides STARTTLS (RFC 3207 section 6)
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: { ...certificates, rejectUnauthorized: verify },
    connectionTimeout: timeouts.connection,
    greetingTimeout: timeouts.greeting,
    socketTimeout: timeouts.socket,
  };
}

function connected(connection: SmtpConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject);
    onLateEnd(connection, reject);
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
}

function signedIn(connection: SmtpConnection, auth: SmtpConnection.AuthenticationType): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject);
    onLateEnd(connection, reject);
    // without this the mails would go out unsigned-in and be refused one by one
    if (!connection.allowsAuth) reject({ code: 'EAUTH', message: 'the server offers no sign-in' });
    else connection.login(auth, (error) => (error ? reject(error) : resolve()));
  });
}

/** The client reports "ended" just before the reason; only when no reason follows is the end the reason. */
function onLateEnd(connection: SmtpConnection, reject: (report: SmtpReport) => void): () => void {
  const ended = (): void => queueMicrotask(() => reject({ message: 'the connection ended' }));
  connection.once('end', ended);
  return () => connection.off('end', ended);
}

class NodemailerSession implements SmtpSession {
  readonly #connection: SmtpConnection;
  readonly #route: SmtpRoute;
  /** Starts the time for one mail; the returned function stops it. */
  readonly #giveUpLater: () => () => void;
  #served = 0;

  constructor(connection: SmtpConnection, route: SmtpRoute, giveUpLater: () => () => void) {
    this.#connection = connection;
    this.#route = route;
    this.#giveUpLater = giveUpLater;
    connection.removeAllListeners('end');
  }

  get served(): number {
    return this.#served;
  }

  get isOpen(): boolean {
    return !this.#connection.destroyed;
  }

  async send({ envelope, raw }: OutgoingMail): Promise<Receipt> {
    this.#served += 1;
    const progress: Progress = { stage: 'mail' };
    const callOff = this.#giveUpLater();
    try {
      const body = mailStream(raw, () => {
        progress.stage = 'written';
      });
      const info = await this.#transmit({ ...envelope, size: raw.length }, body);
      const refused = (info.rejectedErrors ?? []).map((report) => this.#refusal(report));
      const response = info.response.slice(0, 500);
      return {
        code: 'sent',
        accepted: info.accepted,
        refused,
        response,
        providerMessageId: smtpQueueId(response),
      };
    } catch (thrown) {
      throw this.#failure(thrown as SmtpReport, progress.stage, raw.length);
    } finally {
      callOff();
    }
  }

  #transmit(envelope: Envelope & { size: number }, body: Readable) {
    return new Promise<SmtpConnection.SentMessageInfo>((resolve, reject) => {
      const forget = onLateEnd(this.#connection, reject);
      this.#connection.send({ ...envelope, to: [...envelope.to] }, body, (error, info) => {
        forget();
        if (error || !info) reject(error);
        // the client goes by the first digit
        else if (!readSmtpAnswer(info.response)) reject({ message: 'its answer is none of SMTP' });
        else resolve(info as SmtpConnection.SentMessageInfo);
      });
    });
  }

  #refusal(report: SmtpReport): Refusal {
    return {
      address: report.recipient ?? '',
      failure: smtpFailure(report, 'mail', serverName(this.#route)),
    };
  }

  #failure(report: SmtpReport, stage: SmtpStage, size: number): EmailError {
    // the advertised SIZE (RFC 1870) is held against the mail before a byte of it is sent
    const limit = /^Message size larger than allowed (\d+)$/.exec(String(report.message))?.[1];
    if (limit) return mailTooLarge(size, Number(limit));
    const failure = smtpFailure(report, stage, serverName(this.#route));
    const refused = (report.rejectedErrors ?? []).map((rejected) => this.#refusal(rejected));
    return refused.length > 1 ? new NobodyTaken(failure, refused) : failure;
  }

  describe(): string {
    const socket = this.#connection._socket;
    const encryption = socket instanceof TLSSocket ? socket.getProtocol() : undefined;
    const { login } = this.#route;
    return `with ${encryption ?? 'no encryption'}, ${login ? `signed in as ${login.user}` : 'without signing in'}`;
  }

  onEnd(listener: () => void): () => void {
    this.#connection.once('end', listener);
    return () => this.#connection.off('end', listener);
  }

  quit(): void {
    this.#connection.quit();
  }

  drop(): void {
    this.#connection.close();
  }
}

interface Progress {
  stage: SmtpStage;
}
