import { readFileSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { SmtpRoute } from '../../nodes/lib/settings/app-settings.ts';

/** An answer in full (`450 4.2.0 Greylisted`), a cut connection, or silence; undefined is the usual answer. */
export type Reaction = string | 'drop' | 'silence' | undefined;

/** How the server reacts at each point; `nth` counts that command over all connections, from 1. */
export interface SmtpScript {
  greeting?: (nth: number) => Reaction;
  /** Of a sign-in by token, `334` is a challenge that says in JSON what is wrong, with 535 after it. */
  login?: (user: string, nth: number) => Reaction;
  mail?: (from: string, nth: number) => Reaction;
  rcpt?: (to: string, nth: number) => Reaction;
  /** At DATA, before 354. */
  data?: (nth: number) => Reaction;
  /** After 354, with the first bytes of the mail. */
  body?: (nth: number) => Reaction;
  /** After the final dot. */
  end?: (nth: number) => Reaction;
}

export interface FakeSmtpServer {
  readonly port: number;
  readonly script: SmtpScript;
  /** What was taken. */
  readonly mails: { from: string; to: string[]; raw: string }[];
  readonly logins: { user: string; password: string; token?: string }[];
  /** Connections so far, and those open now. */
  readonly connections: number;
  readonly open: number;
  /** Most connections that were open at once. */
  readonly peak: number;
  /** A route to it in plain text, with what is given instead. */
  route(given?: Partial<SmtpRoute>): SmtpRoute;
  /** Cuts all connections. */
  dropAll(): void;
  close(): Promise<void>;
}

export interface FakeSmtpOptions {
  readonly tls?: 'starttls' | 'ssl';
  readonly auth?: boolean;
  /** PLAIN and LOGIN unless given. */
  readonly authMethods?: string[];
  readonly size?: number;
  readonly pipelining?: boolean;
}

const fixture = (name: string) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');
export const localhostCertificate = fixture('localhost.cert.pem');

/** A real SMTP server on loopback that follows a script. */
export async function fakeSmtpServer(
  script: SmtpScript = {},
  options: FakeSmtpOptions = {},
): Promise<FakeSmtpServer> {
  const server = new EagerServer(script, options);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    script,
    mails: server.mails,
    logins: server.logins,
    get connections() {
      return server.counted('greeting');
    },
    get open() {
      return server.connections.size;
    },
    get peak() {
      return server.peak;
    },
    route: (given) => ({
      kind: 'smtp',
      host: '127.0.0.1',
      port,
      security: 'none',
      tls: { verify: true },
      ...given,
    }),
    dropAll: () => server.dropAll(),
    close: () => {
      server.dropAll();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

type Point = keyof SmtpScript;
type Next = (error?: Error | null) => void;

/** What smtp-server's connections have that its types keep to themselves. */
interface Connection {
  readonly id: string;
  readonly _socket: Socket;
  connectionReady(): void;
  handler_DATA(command: unknown, next: () => void): void;
  send(code: number, text: string): void;
}

class EagerServer extends SMTPServer {
  readonly mails: FakeSmtpServer['mails'] = [];
  readonly logins: FakeSmtpServer['logins'] = [];
  peak = 0;
  readonly #script: SmtpScript;
  readonly #counts = new Map<Point, number>();

  constructor(script: SmtpScript, { tls, auth, authMethods, size, pipelining }: FakeSmtpOptions) {
    super({
      secure: tls === 'ssl',
      key: fixture('localhost.key.pem'),
      cert: localhostCertificate,
      hideSTARTTLS: tls !== 'starttls',
      hidePIPELINING: pipelining === false,
      hideENHANCEDSTATUSCODES: true,
      disabledCommands: [...(auth ? [] : ['AUTH']), ...(tls === 'starttls' ? [] : ['STARTTLS'])],
      allowInsecureAuth: true,
      authOptional: !auth,
      authMethods,
      size,
      disableReverseLookup: true,
      closeTimeout: 10,
      logger: false,
    });
    this.#script = script;
    this.on('error', () => {}); // a cut connection is no error here
  }

  counted(point: Point): number {
    return this.#counts.get(point) ?? 0;
  }

  dropAll(): void {
    for (const { _socket } of this.#sessions()) _socket.destroy();
  }

  /** Without the 100 ms that smtp-server waits for early talkers, and with a say before 354. */
  override connect(...args: Parameters<SMTPServer['connect']>): void {
    super.connect(...args);
    this.peak = Math.max(this.peak, this.connections.size);
    const connection = this.#sessions().at(-1)!;
    const ready = connection.connectionReady.bind(connection);
    connection.connectionReady = () => {};
    setImmediate(ready);
    const data = connection.handler_DATA.bind(connection);
    connection.handler_DATA = (command, next) => {
      this.#react('data', connection, (error) => {
        if (!error) return data(command, next);
        connection.send(codeOf(error), error.message);
        next();
      });
    };
  }

  override onConnect: SMTPServer['onConnect'] = ({ id }, next) =>
    this.#react('greeting', this.#session(id), next);
  override onMailFrom: SMTPServer['onMailFrom'] = ({ address }, { id }, next) =>
    this.#react('mail', this.#session(id), next, address);
  override onRcptTo: SMTPServer['onRcptTo'] = ({ address }, { id }, next) =>
    this.#react('rcpt', this.#session(id), next, address);

  override onAuth: SMTPServer['onAuth'] = ({ username, password, accessToken }, { id }, done) => {
    const user = username ?? '';
    this.logins.push(
      accessToken ? { user, password: '', token: accessToken } : { user, password: password ?? '' },
    );
    const next: Next = (error) => {
      if (error && codeOf(error) === 334) done(null, { data: { status: '400', schemes: 'Bearer' } });
      else done(error, error ? undefined : { user });
    };
    this.#react('login', this.#session(id), next, user);
  };

  override onData: SMTPServer['onData'] = (stream, { id, envelope }, done) => {
    const connection = this.#session(id);
    const chunks: Buffer[] = [];
    stream.once('data', () => this.#react('body', connection, () => {}));
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const answered: Next = (error) => {
        const text = error?.message;
        if (error && codeOf(error) !== 250) return done(error);
        const from = envelope.mailFrom ? envelope.mailFrom.address : '';
        const to = envelope.rcptTo.map(({ address }) => address);
        this.mails.push({ from, to, raw: Buffer.concat(chunks).toString() });
        done(null, text ?? `2.0.0 Ok: queued as ${this.mails.length}F2`);
      };
      this.#react('end', connection, answered);
    });
  };

  #react(point: Point, connection: Connection | undefined, next: Next, value = ''): void {
    const nth = this.counted(point) + 1;
    this.#counts.set(point, nth);
    const ask = this.#script[point] as ((...args: unknown[]) => Reaction) | undefined;
    const withValue = point === 'mail' || point === 'rcpt' || point === 'login';
    const reaction = withValue ? ask?.(value, nth) : ask?.(nth);
    if (reaction === 'drop') connection?._socket.destroy();
    else if (reaction === undefined) next();
    else if (reaction !== 'silence') next(answer(reaction));
  }

  #sessions(): Connection[] {
    return [...this.connections] as unknown as Connection[];
  }

  #session(id: string): Connection | undefined {
    return this.#sessions().find((connection) => connection.id === id);
  }
}

function answer(reaction: string): Error {
  const responseCode = Number(reaction.slice(0, 3));
  return Object.assign(new Error(reaction.slice(4)), { responseCode });
}

function codeOf(error: Error): number {
  return (error as Error & { responseCode: number }).responseCode;
}
