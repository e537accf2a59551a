/**
 * Mail comes in over SMTP (RFC 5321), only for those whom `find` knows; it is acknowledged when it is on disk. No
 * sign-in, no relaying, and nobody is told later that a mail could not be delivered.
 */
import type { AddressInfo } from 'node:net';
import type { SMTPServer, SMTPServerDataStream, SMTPServerOptions, SMTPServerSession } from 'smtp-server';
import type { Clock } from '../kernel/clock.ts';
import { asEmailError, EmailError } from '../kernel/errors.ts';
import type { ReceiverSettings } from '../settings/inbound-settings.ts';
import type { ReceiptFacts } from './inbound-queue.ts';
import { type SmtpLimits, SmtpSessions } from './smtp-sessions.ts';
import { traced } from './smtp-trace.ts';

export type ListenerSettings = Pick<ReceiverSettings, 'host' | 'address' | 'port' | 'tls'>;

/** Whose recipients they are. */
export interface SmtpTaker {
  /** Resolves when the mail is on disk. Throws EmailError `mail-too-large`, `disk-full`, or another. */
  take(raw: AsyncIterable<Uint8Array>, facts: ReceiptFacts): Promise<{ readonly id: string }>;
}

export interface SmtpListenerParts {
  readonly clock: Clock;
  readonly limits: SmtpLimits;
  /** By a lower-case address as it stands in RCPT TO. */
  readonly find: (address: string) => SmtpTaker | undefined;
  readonly load?: () => Promise<Pick<typeof import('smtp-server'), 'SMTPServer'>>;
}

export interface SmtpListener {
  /** The one that was given by the system when 0 was asked for. */
  readonly port: number;
  /** Announced, and refused beyond it before it is sent; bytes. */
  announceSize(bytes: number): void;
  close(): Promise<void>;
}

type Next<Answer = never> = (error?: Error | null, answer?: Answer) => void;

/** Throws EmailError `missing-package`, or `bad-settings` with the system's word for why port or certificate cannot be used. */
export async function openSmtpListener(
  { host: name, address, port, tls }: ListenerSettings,
  parts: SmtpListenerParts,
): Promise<SmtpListener> {
  const { SMTPServer } = await (parts.load ?? loadPackage)().catch((cause: unknown) => {
    throw new EmailError('missing-package', { detail: { value: 'smtp-server' }, cause });
  });
  try {
    const server = new SMTPServer({ ...usualOptions(parts.limits), ...tlsOptions(tls), name });
    const reception = new Reception(server, name, parts);
    await new Promise<void>((resolve, reject) => {
      server.on('error', reject); // stays: what goes wrong with one connection must not end the process
      server.listen(port, address, resolve);
    });
    return {
      port: (server.server.address() as AddressInfo).port,
      announceSize: (bytes) => Object.assign(server.options, { size: bytes }),
      close: () => reception.close(),
    };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'it could not be opened';
    throw new EmailError('bad-settings', { field: 'receiverPort', detail: { why }, cause });
  }
}

const loadPackage = () => import('smtp-server');

function usualOptions(limits: SmtpLimits): SMTPServerOptions {
  return {
    disableReverseLookup: true,
    hideENHANCEDSTATUSCODES: false,
    authOptional: true,
    rejectOversized: true,
    maxClients: limits.inAll,
    maxRecipients: limits.recipients,
    maxCommandLength: limits.commandLine,
    socketTimeout: limits.idleTime,
    closeTimeout: limits.closeTime,
    logger: false,
  };
}

/** Without a certificate of one's own there is no STARTTLS: the library's own has a key that everybody knows. */
function tlsOptions(tls: ListenerSettings['tls']): SMTPServerOptions {
  if (tls) return { ...tls, disabledCommands: ['AUTH'] };
  return { disabledCommands: ['AUTH', 'STARTTLS'], hideSTARTTLS: true };
}

/** Gives a server its answers. */
class Reception {
  readonly #server: SMTPServer;
  readonly #parts: SmtpListenerParts;
  readonly #host: string;
  readonly #sessions: SmtpSessions<SmtpTaker>;

  constructor(server: SMTPServer, host: string, parts: SmtpListenerParts) {
    this.#server = server;
    this.#parts = parts;
    this.#host = host;
    this.#sessions = new SmtpSessions(parts.limits, parts.clock);
    server.onConnect = (session, next) => this.#greet(session, next);
    server.onClose = ({ id }) => this.#sessions.leave(id);
    server.onMailFrom = (_sender, { id }, next) => this.#beginMail(id, later(next));
    server.onRcptTo = ({ address }, { id }, next) => this.#addRecipient(address, id, later(next));
    server.onData = (stream, session, next) => this.#takeData(stream, session, next);
  }

  /** Those between two mails go at once. */
  close(): Promise<void> {
    for (const connection of [...this.#server.connections]) {
      const isReceiving = this.#sessions.find(connection.id)?.isReceiving;
      if (!isReceiving) connection.send(421, 'Closing, try again later');
    }
    return new Promise((resolve) => this.#server.close(resolve));
  }

  #greet({ id, remoteAddress }: SMTPServerSession, next: Next): void {
    const connection = [...this.#server.connections].find((one) => one.id === id);
    if (connection) tellSystemFull(connection);
    const isWelcome = this.#sessions.enter(id, remoteAddress, () => connection?.close());
    next(isWelcome ? null : refusal(421, 'Too many connections from your address, try again later'));
  }

  #beginMail(id: string, next: Next): void {
    const session = this.#sessions.find(id);
    const isFine = session && ++session.mails <= this.#parts.limits.mails;
    if (isFine) session.app = undefined;
    next(isFine ? null : refusal(421, 'Enough for one connection'));
  }

  /** One mail is on disk for all its recipients or for none: those of another app wait for a copy of their own. */
  #addRecipient(address: string, id: string, next: Next): void {
    const session = this.#sessions.find(id);
    const app = this.#parts.find(address.toLowerCase());
    if (!session || !app) next(this.#refusalOfStranger(session));
    else if (session.app && session.app !== app) next(refusal(451, 'Send this recipient a copy of its own'));
    else {
      session.app = app;
      next();
    }
  }

  #refusalOfStranger(session: { strangers: number } | undefined): Error {
    const isSearch = session && ++session.strangers > this.#parts.limits.strangers;
    return isSearch ? refusal(421, 'Too many unknown recipients') : refusal(550, 'No such address here');
  }

  #takeData(stream: SMTPServerDataStream, facts: SMTPServerSession, next: Next<string>): void {
    const session = this.#sessions.find(facts.id);
    if (!session?.app) {
      next(refusal(451, 'Try again later'));
      return;
    }
    session.isReceiving = true;
    this.#takeMail(stream, facts, session.app)
      .finally(() => {
        session.isReceiving = false;
      })
      .then(
        (id) => next(null, `Queued as ${id}`),
        (thrown: unknown) => next(answerTo(asEmailError(thrown))),
      );
  }

  async #takeMail(stream: SMTPServerDataStream, session: SMTPServerSession, app: SmtpTaker): Promise<string> {
    const facts = factsOf(session, this.#parts.clock.now());
    const raw = stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
    try {
      const handover = { ...facts, host: this.#host, secure: session.secure };
      return (await app.take(traced(raw, handover), facts)).id;
    } catch (thrown) {
      await drained(stream);
      throw thrown;
    }
  }
}

function factsOf(
  session: SMTPServerSession,
  now: number,
): ReceiptFacts & { peer: { ip: string; helo: string } } {
  const { mailFrom, rcptTo } = session.envelope;
  return {
    source: 'smtp',
    envelope: {
      from: mailFrom ? mailFrom.address : '',
      to: rcptTo.map(({ address }) => address),
    },
    receivedAt: now,
    peer: { ip: session.remoteAddress, helo: session.hostNameAppearsAs },
  };
}

/** The client hears an answer only after all it had to say. */
async function drained(stream: SMTPServerDataStream): Promise<void> {
  if (stream.readableEnded || stream.destroyed) return;
  await new Promise<void>((resolve) => {
    stream
      .once('end', resolve)
      .once('close', resolve)
      .once('error', () => resolve());
    stream.resume();
  });
}

/** RFC 5321 §4.2.2: 5xx is for good, 4xx asks to try again. */
function answerTo({ code, detail }: EmailError): Error {
  if (code === 'mail-too-large') return refusal(552, `The limit is ${detail.limit} MB`);
  if (code === 'disk-full' || code === 'inbound-full')
    return refusal(452, 'No room for mail just now, try again later');
  return refusal(451, 'The mail could not be stored, try again later');
}

/** RFC 3463 §3.4: for a 452 without a context smtp-server 3.21 always says that a mailbox is full. */
function tellSystemFull(connection: { send(code: number, data: unknown, context?: unknown): void }): void {
  const send = connection.send.bind(connection);
  connection.send = (code, data, context) =>
    send(code, data, code === 452 && context === undefined ? 'SYSTEM_FULL' : context);
}

/** A whole mail pipelined behind another one: smtp-server 3.21 loses what follows it if it is answered at once. */
function later(next: Next): Next {
  return (error) => queueMicrotask(() => next(error));
}

function refusal(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}
