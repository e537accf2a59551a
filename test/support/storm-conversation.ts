import type { Socket } from 'node:net';
import { createSecureContext, type SecureContextOptions, TLSSocket } from 'node:tls';

export type Point = 'greeting' | 'ehlo' | 'starttls' | 'auth' | 'mail' | 'rcpt' | 'data' | 'end' | 'quit';

/** What it does instead of answering. Of these only `slow` brings the whole answer. */
export type Deed =
  | 'slow'
  | 'silence'
  | 'reset'
  | 'half-open'
  | 'cut'
  | 'cut-refusal'
  | 'unended'
  | 'endless'
  | 'oversize';

/** Words instead of the usual answer, a deed, or undefined for the usual answer. */
export type Reaction = { readonly say: string } | Deed | undefined;

export interface Moment {
  readonly point: Point;
  /** Whom the mail is for, at `rcpt`, `data` and `end`. */
  readonly to: readonly string[];
  /** Whether it speaks TLS by now. */
  readonly secure: boolean;
}

/** Whose conversation it is: what it offers, how it reacts, and the books it keeps. */
export interface Host {
  readonly options: {
    readonly tls?: 'starttls' | 'ssl';
    readonly auth?: boolean;
    readonly pipelining?: boolean;
  };
  readonly certificate: SecureContextOptions;
  react(moment: Moment): Reaction;
  /** A mail came in whole; `isLost`: the client hears no answer that it understands. */
  take(to: readonly string[], isLost: boolean): void;
  tried(address: string): void;
  refused(address: string): void;
}

/** One connection of a server that misbehaves as it is told. */
export class Conversation {
  socket: Socket;
  readonly #host: Host;
  #input = '';
  #isBusy = false;
  #isMute = false;
  #isLeft = false;
  #inData = false;
  #to: string[] = [];
  #mayMail = false;

  constructor(socket: Socket, host: Host) {
    this.#host = host;
    this.socket = socket;
    if (host.options.tls === 'ssl') this.#encrypt();
    else this.#listen();
    void this.#answer('greeting', '220 mail.test ESMTP');
  }

  get isStalled(): boolean {
    return this.#isMute && !this.#isLeft;
  }

  #listen(): void {
    this.socket.on('error', () => {}); // cut connections are what this is about
    this.socket.on('data', (chunk: Buffer) => {
      this.#input += chunk.toString('latin1');
      void this.#work();
    });
    this.socket.on('end', () => {
      this.#isLeft = true;
      this.socket.end();
      if (this.#isMute) this.socket.destroy();
    });
    this.socket.on('close', () => {
      this.#isLeft = true;
    });
  }

  #encrypt(): void {
    const plain = this.socket;
    plain.removeAllListeners('data').removeAllListeners('end');
    plain.on('error', () => {});
    plain.on('end', () => plain.destroy());
    const secureContext = createSecureContext(this.#host.certificate);
    this.socket = new TLSSocket(plain, { isServer: true, secureContext });
    this.#input = '';
    this.#listen();
  }

  async #work(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    for (let line = this.#next(); line !== undefined && !this.#isMute; line = this.#next())
      await (this.#inData ? this.#finish() : this.#obey(line));
    this.#isBusy = false;
  }

  /** A command, or a whole mail; undefined while it has not come in full. */
  #next(): string | undefined {
    const end = this.#inData ? '\r\n.\r\n' : '\r\n';
    const index = this.#input.indexOf(end);
    if (index < 0) return undefined;
    const text = this.#input.slice(0, index);
    this.#input = this.#input.slice(index + end.length);
    return text;
  }

  async #obey(line: string): Promise<void> {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO' || verb === 'HELO') await this.#answer('ehlo', this.#extensions(verb));
    else if (verb === 'STAR' && this.#host.options.tls) await this.#startTls();
    else if (verb === 'AUTH') await this.#answer('auth', '235 2.7.0 Welcome');
    else if (verb === 'MAIL') {
      this.#to = [];
      this.#mayMail = await this.#answer('mail', '250 2.1.0 Ok');
    } else if (verb === 'RCPT') await this.#recipient(/<(.*?)>/.exec(line)?.[1] ?? '');
    else if (verb === 'DATA') await this.#data();
    else if (verb === 'QUIT' && (await this.#answer('quit', '221 2.0.0 Bye'))) this.socket.end();
    else if (verb !== 'QUIT') this.#say('502 5.5.2 Unknown');
  }

  #extensions(verb: string): string {
    if (verb === 'HELO') return '250 mail.test';
    const { tls, auth, pipelining = true } = this.#host.options;
    const isPlain = !(this.socket instanceof TLSSocket);
    const names = [
      'mail.test',
      ...(tls === 'starttls' && isPlain ? ['STARTTLS'] : []),
      ...(auth ? ['AUTH PLAIN'] : []),
      ...(pipelining ? ['PIPELINING'] : []),
    ];
    const lines = names.map((name) => `250-${name}`);
    return [...lines, '250 SIZE 10000000'].join('\r\n');
  }

  async #startTls(): Promise<void> {
    if (await this.#answer('starttls', '220 2.0.0 Go')) this.#encrypt();
  }

  async #recipient(address: string): Promise<void> {
    this.#host.tried(address);
    if (!this.#mayMail) return this.#say('503 5.5.1 Bad sequence');
    if (await this.#answer('rcpt', '250 2.1.5 Ok', [address])) this.#to.push(address);
  }

  async #data(): Promise<void> {
    if (this.#to.length === 0) return this.#say('503 5.5.1 No valid recipients');
    this.#inData = await this.#answer('data', '354 Go ahead', this.#to);
  }

  async #finish(): Promise<void> {
    this.#inData = false;
    await this.#answer('end', '250 2.0.0 Taken', this.#to);
    this.#to = [];
  }

  /** True if the client was told to go on. */
  async #answer(point: Point, usual: string, to: readonly string[] = []): Promise<boolean> {
    const reaction = this.#host.react({ point, to, secure: this.socket instanceof TLSSocket });
    const isSaid = typeof reaction === 'object';
    const said = isSaid ? reaction.say : usual;
    const isUnderstood = reaction === undefined || reaction === 'slow' || isSaid;
    const isRefused = /^[45]\d\d/.test(said) || reaction === 'cut-refusal';
    if (/^5(?!03)/.test(said)) for (const address of to) this.#host.refused(address);
    if (point === 'end' && !isRefused) this.#host.take(to, !isUnderstood || !/^2\d\d[ -]/.test(said));
    if (reaction === 'slow') await this.#saySlowly(said);
    else if (isUnderstood) this.#say(said);
    else this.#misbehave(reaction as Deed, said);
    if (/^421/.test(said)) this.#hangUp();
    return isUnderstood && said.startsWith(usual.charAt(0));
  }

  #say(text: string): void {
    this.socket.write(`${text}\r\n`);
  }

  async #saySlowly(text: string): Promise<void> {
    for (const character of `${text}\r\n`) {
      this.socket.write(character);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #hangUp(): void {
    this.#isMute = true;
    this.socket.end();
  }

  #misbehave(deed: Deed, usual: string): void {
    this.#isMute = true;
    if (deed === 'reset') this.socket.resetAndDestroy();
    else if (deed === 'half-open') this.socket.end();
    else if (deed === 'cut') this.socket.end(usual.slice(0, 2));
    else if (deed === 'cut-refusal') this.socket.end('451-4.3.0 Not no');
    else if (deed === 'unended') this.socket.write('250-one\r\n250-two\r\n');
    else if (deed === 'endless') this.socket.write('250-and so on\r\n'.repeat(100_000));
    else if (deed === 'oversize') this.socket.write('2'.repeat(1_500_000));
  }
}
