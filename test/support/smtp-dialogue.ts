import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface SmtpDialogue {
  /** Sends a line, or nothing, and resolves with the whole reply; '' when the server hangs up. */
  say(line?: string): Promise<string>;
  /** Sends bytes as they are. */
  write(bytes: string | Uint8Array): void;
  /** EHLO, MAIL, RCPT and DATA; resolves with the last reply. */
  announce(to: string, from?: string): Promise<string>;
  startTls(): Promise<void>;
  cut(): void;
}

/** An SMTP client that says what a test wants and nothing else; the greeting has been read. */
export async function smtpDialogue(port: number): Promise<SmtpDialogue> {
  let socket: Socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let heard = '';
  let isOver = false;
  let tell = (): void => {};
  const hear = (): void => {
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1');
      tell();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      isOver = true;
      tell();
    });
  };
  hear();

  async function reply(): Promise<string> {
    for (;;) {
      const [whole] = /^(?:\d{3}-.*\r\n)*\d{3}(?: .*)?\r\n/.exec(heard) ?? [];
      if (whole !== undefined) {
        heard = heard.slice(whole.length);
        return whole.trimEnd();
      }
      if (isOver) return '';
      await new Promise<void>((resolve) => (tell = resolve));
    }
  }
  const say = (line?: string): Promise<string> => {
    if (line !== undefined) socket.write(`${line}\r\n`);
    return reply();
  };
  await say();
  return {
    say,
    write: (bytes) => socket.write(bytes),
    async announce(to, from = 'ann@a.example') {
      for (const line of ['EHLO mx.a.example', `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`]) await say(line);
      return say('DATA');
    },
    async startTls() {
      await say('STARTTLS');
      socket.removeAllListeners('data');
      socket = connectTls({ socket, rejectUnauthorized: false });
      await once(socket, 'secureConnect');
      hear();
    },
    cut: () => socket.destroy(),
  };
}
