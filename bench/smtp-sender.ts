/** Hands as many mails to the port as its parent asks for, over 100 connections, as many as the receiver takes, and tells how many were taken. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const connections = 100;
const port = Number(process.argv[2]);
const announcement = 'MAIL FROM:<ann@a.example>\r\nRCPT TO:<in@mx.b.example>\r\nDATA\r\n';
const mail = `From: Ann <ann@a.example>\r\nTo: in@mx.b.example\r\nSubject: hello\r\n\r\n${'A line of a mail that somebody wrote by hand.\r\n'.repeat(80)}.\r\n`;

interface Client {
  readonly socket: Socket;
  /** The next `count` replies. */
  replies(count: number): Promise<readonly string[]>;
}

async function openClient(): Promise<Client> {
  const socket = connect(port, '127.0.0.1').setNoDelay();
  await once(socket, 'connect');
  let heard = '';
  let tell = (): void => {};
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.toString('latin1');
    tell();
  });
  const last = /^\d{3} .*\r\n/gm;
  async function replies(count: number): Promise<readonly string[]> {
    for (;;) {
      const found = heard.match(last) ?? [];
      if (found.length >= count) {
        heard = '';
        return found;
      }
      await new Promise<void>((resolve) => (tell = resolve));
    }
  }
  await replies(1);
  socket.write('EHLO mx.a.example\r\n');
  await replies(1);
  return { socket, replies };
}

async function send({ socket, replies }: Client): Promise<boolean> {
  socket.write(announcement);
  await replies(3);
  socket.write(mail);
  const [reply = ''] = await replies(1);
  return reply.startsWith('250');
}

const clients = Promise.all(Array.from({ length: connections }, openClient));

process.on('message', async (count: number) => {
  let [left, taken] = [count, 0];
  const sendSome = async (client: Client) => {
    while (left-- > 0) if (await send(client)) taken++;
  };
  await Promise.all((await clients).map(sendSome));
  process.send?.(taken);
});
process.once('disconnect', () => process.exit(0));
