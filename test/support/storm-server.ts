import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import type { SmtpRoute } from '../../nodes/lib/settings/app-settings.ts';
import { Conversation, type Host, type Moment, type Reaction } from './storm-conversation.ts';

export interface StormServerOptions {
  readonly react?: (moment: Moment) => Reaction;
  readonly tls?: 'starttls' | 'ssl';
  readonly certificate?: SecureContextOptions;
  readonly auth?: boolean;
  readonly pipelining?: boolean;
  /** Of the mails in the ledger. */
  readonly now?: () => number;
}

/** What the server knows of one recipient. */
export interface LedgerLine {
  /** When each copy was taken; a copy whose answer was lost is one of them. */
  readonly takenAt: number[];
  /** Whole mails of which the client never heard a readable answer. */
  lost: number;
  /** 5xx said at `rcpt`, `data` and `end`. */
  refused: number;
  /** RCPT commands. */
  tries: number;
}

const fixture = (name: string) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');
export const localhostPair = {
  key: fixture('localhost.key.pem'),
  cert: fixture('localhost.cert.pem'),
};

/** An SMTP server on loopback, below any library, so that it can misbehave at every command; it keeps its own ledger. */
export class StormServer implements Host {
  readonly ledger = new Map<string, LedgerLine>();
  react: (moment: Moment) => Reaction;
  certificate: SecureContextOptions;
  connections = 0;
  readonly options: StormServerOptions;
  readonly #conversations = new Set<Conversation>();
  #server: Server | undefined;
  #port = 0;

  constructor(options: StormServerOptions) {
    this.options = options;
    this.react = options.react ?? (() => undefined);
    this.certificate = options.certificate ?? localhostPair;
  }

  get port(): number {
    return this.#port;
  }

  /** Conversations that wait for an answer which never comes. */
  get stalled(): number {
    return [...this.#conversations].filter(({ isStalled }) => isStalled).length;
  }

  /** Conversations at present. */
  get open(): number {
    return this.#conversations.size;
  }

  /** A route to it, with what is given instead. */
  route(given: Partial<SmtpRoute> = {}): SmtpRoute {
    const tls = { ca: localhostPair.cert, servername: 'localhost', verify: true };
    const security = this.options.tls ?? 'none';
    return { kind: 'smtp', host: '127.0.0.1', port: this.#port, security, tls, ...given };
  }

  /** Comes up, on the port that it had. */
  async up(): Promise<void> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.connections += 1;
      const conversation = new Conversation(socket, this);
      this.#conversations.add(conversation);
      socket.on('close', () => this.#conversations.delete(conversation));
    });
    this.#server = server;
    await new Promise<void>((listening) => server.listen(this.#port, '127.0.0.1', listening));
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Refuses connections, and ends those it has. */
  async down(): Promise<void> {
    for (const { socket } of this.#conversations) socket.destroy();
    await new Promise((closed) => this.#server?.close(closed));
  }

  line(address: string): LedgerLine {
    const known = this.ledger.get(address);
    if (known) return known;
    const line = { takenAt: [], lost: 0, refused: 0, tries: 0 };
    this.ledger.set(address, line);
    return line;
  }

  tried(address: string): void {
    this.line(address).tries += 1;
  }

  refused(address: string): void {
    this.line(address).refused += 1;
  }

  take(to: readonly string[], isLost: boolean): void {
    const at = this.options.now?.() ?? 0;
    for (const address of to) {
      this.line(address).takenAt.push(at);
      if (isLost) this.line(address).lost += 1;
    }
  }
}

export async function openStormServer(options: StormServerOptions = {}): Promise<StormServer> {
  const server = new StormServer(options);
  await server.up();
  return server;
}
