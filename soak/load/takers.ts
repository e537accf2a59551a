/**
 * What takes everything, in a process of its own: a mail server, a receiver of webhooks and a DNS server that knows
 * nobody. Mails are numbered, so that none is missed or counted twice; of some, the link to unsubscribe is passed on.
 */
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { openZoneServer } from '../../test/support/zone-server.ts';
import type { Counting, Taken } from './counts.ts';

/** Of so many mails one reader leaves. */
const oneInMany = Number(process.argv[2]);
const arrivals = new Uint8Array(50_000_000);
const taken: Taken = { mails: 0, doubled: 0, events: 0, received: 0 };
const endOfData = Buffer.from('\r\n.\r\n');

function serveMail(socket: Socket): void {
  let buffered: Buffer = Buffer.alloc(0);
  let inData = false;
  socket.setNoDelay(true).on('error', () => socket.destroy());
  socket.write('220 taker ESMTP\r\n');
  socket.on('data', (chunk: Buffer) => {
    buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
    let answer = '';
    for (;;) {
      const end = inData ? buffered.indexOf(endOfData) : buffered.indexOf(10);
      if (end === -1) break;
      if (inData) take(buffered.subarray(0, end));
      answer += inData
        ? '250 2.0.0 Ok\r\n'
        : replyTo(buffered.toString('latin1', 0, end).trim().toUpperCase());
      inData = !inData && answer.endsWith(goAhead);
      buffered = buffered.subarray(end + (answer.endsWith('2.0.0 Ok\r\n') ? endOfData.length : 1));
    }
    if (answer !== '') socket.write(answer);
  });
}

const goAhead = '354 go ahead\r\n';

function replyTo(command: string): string {
  if (command.startsWith('EHLO'))
    return '250-taker\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 52428800\r\n';
  if (command === 'DATA') return goAhead;
  return command === 'QUIT' ? '221 bye\r\n' : '250 2.1.0 Ok\r\n';
}

function take(mail: Buffer): void {
  const head = mail.toString('latin1', 0, mail.indexOf('\r\n\r\n'));
  const number = Number(/^To: .*?c(\d+)@/m.exec(head)?.[1]);
  taken.mails += 1;
  if (arrivals[number] !== 0) taken.doubled += 1;
  arrivals[number] = 1;
  if (number % oneInMany !== 0) return;
  const link = /^List-Unsubscribe:[\s\S]*?<(https:[^>]+)>/m.exec(head)?.[1]?.replace(/\s/g, '');
  process.send?.({ link });
}

const webhooks = createHttpServer((request, response) => {
  if (request.url === '/events') taken.events += 1;
  else taken.received += 1;
  request.resume().once('end', () => response.writeHead(204).end());
});

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );

process.on('message', ({ ask, accepted }: Counting) => {
  if (ask === 'count') process.send?.({ taken });
  if (accepted)
    process.send?.({ lost: accepted.filter((isAccepted, n) => isAccepted && !arrivals[n]).length });
});
process.once('disconnect', () => process.exit(0));
const dns = await openZoneServer();
const [mail, hook] = [await listen(createServer(serveMail)), await listen(webhooks)];
process.send?.({ ports: { mail, hook }, dns: dns.address });
