/**
 * What gives Node-RED its work, in a process of its own, at a steady pace whatever comes of it: every second a burst of
 * single mails all at once and a few messages to twenty, mails to be received, and whoever leaves by one click.
 */
import { Agent, request } from 'node:http';
import type { Counting, Given, Load } from './counts.ts';
import { recipient, sampleMail } from './mails.ts';
import { smtpClients } from './smtp-clients.ts';

const { url, port, rate }: Load = JSON.parse(String(process.argv[2]));
const inMessage = 20;
// sockets that lie idle go before Node-RED ends them, which would meet a request on its way
const agent = new Agent({ keepAlive: true, maxSockets: 200, timeout: 2500 });
const accepted = new Uint8Array(50_000_000);
const given: Given = { mails: 0, received: 0, left: 0, refused: 0 };
const underWay = new Set<Promise<void>>();
let next = 0;

type Answer = readonly [status: number, body: string];

function post(path: string, body: string, type: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': type, 'content-length': Buffer.byteLength(body) };
    const posting = request(`${url}${path}`, { agent, method: 'POST', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () => resolve([response.statusCode ?? 0, text]));
    });
    posting.once('error', (error: NodeJS.ErrnoException) => {
      // the server ended an idle connection just then, and has read nothing of it
      if (posting.reusedSocket && error.code === 'ECONNRESET') resolve(post(path, body, type));
      else reject(error);
    });
    posting.end(body);
  });
}

function begin(work: () => Promise<void>): void {
  const doing = work()
    .catch((error: Error) => refuse(error.message))
    .finally(() => underWay.delete(doing));
  underWay.add(doing);
}

function refuse(why: string): void {
  given.refused += 1;
  given.refusal ??= why;
}

async function send(path: string, numbers: readonly number[]): Promise<void> {
  const to = numbers.map((number) => ({
    address: recipient(number),
    substitutions: { name: `Customer ${number}`, order: `${number}` },
  }));
  const [status, text] = await post(path, JSON.stringify({ to, ...sampleMail }), 'application/json');
  if (status !== 200) return refuse(`${path} ${status} ${text.slice(0, 200)}`);
  given.mails += numbers.length;
  for (const number of numbers) accepted[number] = 1;
}

const numbers = (count: number): number[] => Array.from({ length: count }, () => next++);

function burst(): void {
  for (const number of numbers(rate / 2)) begin(() => send('/single', [number]));
}

function personal(): void {
  begin(() => send('/personal', numbers(inMessage)));
}

async function leave(link: string): Promise<void> {
  const { pathname } = new URL(link);
  const [status, text] = await post(
    pathname,
    'List-Unsubscribe=One-Click',
    'application/x-www-form-urlencoded',
  );
  if (status === 200) given.left += 1;
  else refuse(`one click: ${status} ${text.slice(0, 200)}`);
}

const clients = smtpClients(port, 5);
async function write(): Promise<void> {
  const reply = await clients.send();
  if (reply.startsWith('250')) given.received += 1;
  else refuse(`received mail: ${reply}`);
}

const timers = [
  setInterval(burst, 1000),
  setInterval(personal, (1000 * inMessage) / (rate / 2)),
  setInterval(() => begin(write), 10_000 / rate),
];

process.on('message', async ({ ask, link }: Counting & { link?: string }) => {
  if (link) begin(() => leave(link));
  if (ask === 'count') process.send?.({ given });
  if (ask !== 'end') return;
  for (const timer of timers) clearInterval(timer);
  while (underWay.size > 0) await Promise.all(underWay);
  clients.close();
  agent.destroy();
  process.send?.({ given, accepted: accepted.subarray(0, next) });
});
process.once('disconnect', () => process.exit(0));
