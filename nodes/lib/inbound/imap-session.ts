/** IMAP settings come in; one signed-in connection to a folder goes out, whose mails can be read and put away. */
import type { FetchMessageObject, ImapFlow, ImapFlowOptions } from 'imapflow';
import { EmailError } from '../kernel/errors.ts';
import type { ImapSettings } from '../settings/inbound-settings.ts';
import type { AccessTokens } from '../transport/access-tokens.ts';
import { imapFailure } from './imap-failure.ts';

/** ms */
export interface ImapTimeouts {
  readonly connection: number;
  /** IDLE is begun anew after it (RFC 2177: before 29 minutes): a connection that was cut shows then. */
  readonly idle: number;
  /** Without a byte of the server; longer than `idle`. */
  readonly socket: number;
}

const usualTimeouts: ImapTimeouts = { connection: 30_000, idle: 120_000, socket: 180_000 };
/** After the last command. */
const idleDelay = 300;

export interface ImapOptions {
  /** For a login with OAuth. */
  readonly tokens?: AccessTokens;
  readonly timeouts?: ImapTimeouts;
}

export interface FoundMail {
  /** Bytes, as the server counts them. */
  readonly size: number;
  /** ms since the epoch: when the server got it. */
  readonly receivedAt: number | undefined;
}

/** Every method throws EmailError, retryable: the session is of no use afterwards. */
export interface ImapSession {
  /** RFC 9051 section 2.3.1.1: UIDs mean something only together with it. */
  readonly uidValidity: string;
  /** All mails that were there when the folder was opened have a lower one. */
  readonly uidNext: number;
  /** Ascending; those above `uid`, or those nobody has read yet. */
  uids(which: { readonly above: number } | 'unseen'): Promise<number[]>;
  /** Undefined when it is gone. */
  find(uid: number): Promise<FoundMail | undefined>;
  /** Not marked as read by this. Undefined when it is gone. */
  read(uid: number): Promise<AsyncIterable<Uint8Array> | undefined>;
  putAway(uid: number): Promise<void>;
  /** Resolves when something arrived since it was called last; rejects when the connection ended. */
  arrival(): Promise<void>;
  /** In plain words: where, how it is encrypted, what is in the folder. */
  describe(): Promise<string>;
  close(): void;
}

/** Throws EmailError: `dns-failed`, `connect-failed`, `tls-failed`, `auth-failed`, `imap-folder`, `missing-package`. */
export async function openImapSession(
  settings: ImapSettings,
  options: ImapOptions = {},
): Promise<ImapSession> {
  const { login } = settings;
  const token = login.kind === 'oauth' ? await options.tokens?.current() : undefined;
  const client = await newClient(settings, token, options.timeouts ?? usualTimeouts);
  const session = new ImapFlowSession(client, settings);
  try {
    await client.connect();
    await session.openFolder();
    return session;
  } catch (thrown) {
    session.close();
    const failure = imapFailure(thrown, settings, token);
    if (failure.code === 'auth-failed' && token) options.tokens?.refused(token);
    throw failure;
  }
}

async function newClient(
  settings: ImapSettings,
  accessToken: string | undefined,
  timeouts: ImapTimeouts,
): Promise<ImapFlow> {
  const { ImapFlow: Client } = await import('imapflow').catch((cause: unknown) => {
    throw new EmailError('missing-package', { detail: { value: 'imapflow' }, cause });
  });
  return new Client(clientOptions(settings, accessToken, timeouts));
}

function clientOptions(
  { host, port, security, tls, login }: ImapSettings,
  accessToken: string | undefined,
  { connection, idle, socket }: ImapTimeouts,
): ImapFlowOptions {
  const { verify, servername, ...certificates } = tls;
  const secret = login.kind === 'password' ? { pass: login.password } : { accessToken };
  return {
    ...{ host, port, servername },
    secure: security === 'ssl',
    // never falls back to plain text when the server, or somebody between, hides STARTTLS
    doSTARTTLS: security === 'ssl' ? undefined : security === 'starttls',
    auth: { user: login.user, ...secret },
    tls: { ...certificates, rejectUnauthorized: verify },
    logger: false,
    disableCompression: true,
    // a server's words are held in memory: no more of them than a chunk of a mail and the list of a large folder need
    maxLiteralSize: 16_000_000,
    maxLineLength: 16_000_000,
    maxResponseSize: 32_000_000,
    connectionTimeout: connection,
    greetingTimeout: connection,
    maxIdleTime: idle,
    socketTimeout: socket,
    autoIdleDelay: idleDelay,
  };
}

class ImapFlowSession implements ImapSession {
  readonly #client: ImapFlow;
  readonly #settings: ImapSettings;
  #failure: unknown;
  #hasArrived = false;
  #wake = (): void => {};

  constructor(client: ImapFlow, settings: ImapSettings) {
    this.#client = client;
    this.#settings = settings;
    client.on('error', (error: unknown) => this.#end(error));
    client.on('close', () => this.#end(new Error('the server ended it')));
    client.on('exists', () => {
      this.#hasArrived = true;
      this.#wake();
    });
  }

  get uidValidity(): string {
    return String(this.#mailbox.uidValidity);
  }

  get uidNext(): number {
    return this.#mailbox.uidNext;
  }

  async openFolder(): Promise<void> {
    const { folder, afterRead } = this.#settings;
    await this.#client.mailboxOpen(folder);
    if (afterRead.kind === 'move') await this.#client.mailboxCreate(afterRead.folder).catch(unlessThere);
  }

  uids(which: { readonly above: number } | 'unseen'): Promise<number[]> {
    return this.#do(async () => {
      const query = which === 'unseen' ? { seen: false } : { uid: `${which.above + 1}:*` };
      const found = (await this.#client.search(query, { uid: true })) || [];
      // `n:*` names the last mail even if its UID is below n (RFC 9051 section 9)
      const least = which === 'unseen' ? 0 : which.above;
      return found.filter((uid) => uid > least).sort((one, other) => one - other);
    });
  }

  find(uid: number): Promise<FoundMail | undefined> {
    return this.#do(async () => {
      const found = await this.#client.fetchOne(`${uid}`, { size: true, internalDate: true }, { uid: true });
      return found ? factsOf(found) : undefined;
    });
  }

  read(uid: number): Promise<AsyncIterable<Uint8Array> | undefined> {
    return this.#do(async () => {
      const { content } = await this.#client.download(`${uid}`, undefined, { uid: true });
      return content && this.#translating(content);
    });
  }

  putAway(uid: number): Promise<void> {
    const { afterRead } = this.#settings;
    const byUid = { uid: true };
    return this.#do(async () => {
      if (afterRead.kind === 'move') await this.#client.messageMove(`${uid}`, afterRead.folder, byUid);
      else if (afterRead.kind === 'delete') await this.#client.messageDelete(`${uid}`, byUid);
      else await this.#client.messageFlagsAdd(`${uid}`, ['\\Seen'], byUid);
    });
  }

  async arrival(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (this.#hasArrived || this.#failure !== undefined) resolve();
    });
    this.#hasArrived = false;
    if (this.#failure !== undefined) throw imapFailure(this.#failure, this.#settings);
  }

  describe(): Promise<string> {
    const { host, port, folder, login } = this.#settings;
    return this.#do(async () => {
      const counts = await this.#client.status(folder, { messages: true, unseen: true });
      const { messages = 0, unseen = 0 } = counts || {};
      const safety = this.#client.secureConnection ? 'encrypted' : 'not encrypted';
      return `Signed in to ${host}:${port} as ${login.user} (${safety}). The folder ${folder} holds ${messages} mails, ${unseen} of them unread.`;
    });
  }

  close(): void {
    this.#client.close();
  }

  get #mailbox() {
    const { mailbox } = this.#client;
    if (mailbox) return mailbox;
    throw imapFailure(this.#failure ?? new Error('the folder is closed'), this.#settings);
  }

  #end(failure: unknown): void {
    this.#failure ??= failure;
    this.#wake();
  }

  async #do<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (thrown) {
      throw imapFailure(this.#failure ?? thrown, this.#settings);
    }
  }

  async *#translating(content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    try {
      yield* content;
    } catch (thrown) {
      throw imapFailure(this.#failure ?? thrown, this.#settings);
    }
  }
}

/** ALREADYEXISTS is not said by every server: whether the folder is missing shows when a mail is moved. */
function unlessThere(thrown: unknown): void {
  const { responseStatus } = thrown as { responseStatus?: unknown };
  if (responseStatus !== 'NO') throw thrown;
}

function factsOf({ size = 0, internalDate }: FetchMessageObject): FoundMail {
  const receivedAt = internalDate === undefined ? Number.NaN : new Date(internalDate).getTime();
  return { size, receivedAt: Number.isNaN(receivedAt) ? undefined : receivedAt };
}
