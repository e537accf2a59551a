/** Hands mails to a receiver over a few kept connections, each replaced when its server has had enough of it. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { receivedMail } from './mails.ts';

/** Fewer than a receiver takes in one connection. */
const mailsEach = 500;
const announcement = 'MAIL FROM:<ann@a.example>\r\nRCPT TO:<support@example.com>\r\nDATA\r\n';

interface Client {
  readonly socket: Socket;
  /** Resolves to the last of the next `count` replies; throws when the connection ends. */
  reply(count: number): Promise<string>;
  mails: number;
}

export function smtpClients(port: number, most: number) {
  const free: Client[] = [];
  const waiting: (() => void)[] = [];
  let open = 0;

  async function take(): Promise<Client> {
    while (free.length === 0 && open >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    const kept = free.pop();
    if (kept) return kept;
    open += 1;
    return openClient(port);
  }

  function release(client: Client | undefined): void {
    if (client && client.mails < mailsEach) free.push(client);
    else {
      open -= 1;
      client?.socket.end('QUIT\r\n');
    }
    waiting.shift()?.();
  }

  return {
    /** Resolves to the answer after the final dot. */
    async send(): Promise<string> {
      let client: Client | undefined;
      try {
        client = await take();
        client.mails += 1;
        client.socket.write(announcement);
        const goAhead = await client.reply(3);
        if (!goAhead.startsWith('354')) throw new Error(goAhead);
        client.socket.write(receivedMail);
        const answer = await client.reply(1);
        release(client);
        return answer;
      } catch (error) {
        client?.socket.destroy();
        release(undefined);
        throw error;
      }
    },
    /** Those that nobody uses. */
    close(): void {
      for (const { socket } of free) socket.end('QUIT\r\n');
    },
  };
}

async function openClient(port: number): Promise<Client> {
  const socket = connect(port, '127.0.0.1').setNoDelay();
  await once(socket, 'connect');
  let heard = '';
  let tell = (): void => {};
  let hasEnded = false;
  socket.on('error', () => {});
  socket.on('close', () => {
    hasEnded = true;
    tell();
  });
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.toString('latin1');
    tell();
  });
  async function reply(count: number): Promise<string> {
    for (;;) {
      const found = heard.match(/^\d{3} .*\r\n/gm) ?? [];
      if (found.length >= count) {
        heard = '';
        return String(found.at(-1)).trim();
      }
      if (hasEnded) throw new Error('the connection ended');
      await new Promise<void>((resolve) => {
        tell = resolve;
      });
    }
  }
  await reply(1);
  socket.write('EHLO mx.a.example\r\n');
  await reply(1);
  return { socket, reply, mails: 0 };
}
