/** A Node-RED whose app keeps its mails in a database: one of several processes that send for it, told by messages what to do. */
import type { DatabaseAddress } from '../nodes/lib/postgres/open-database.ts';
import { startRuntime } from './node-red-runtime.ts';
import { personalFlow, personalMessage } from './personal-message.ts';

export interface SenderPlace {
  /** of the mail server */
  readonly port: number;
  /** Mails in the hands of the mail server at once. */
  readonly concurrency: number;
  readonly userDir: string;
  readonly database: DatabaseAddress;
}

/** `accept`: mails to so many others are queued, while the app is paused. `send`: all processes are told at once. */
export type Order = { readonly kind: 'accept'; readonly count: number } | { readonly kind: 'send' | 'pause' };

/** What an order was answered with, or what has been settled here since the start. */
export type Report =
  | { readonly kind: 'done' }
  | { readonly kind: 'settled'; readonly sent: number; readonly others: number; readonly cpu: number };

const mailsOfMessage = 10_000;
const place: SenderPlace = JSON.parse(process.argv[2] ?? '');
const { host, port, database, user, password } = place.database;
const store = { storeKind: 'postgres', storeHost: host, storePort: `${port}`, storeDatabase: database };
const settings = { ...store, storeUser: user, storeSecurity: 'none', concurrency: place.concurrency };
const runtime = await startRuntime('..', personalFlow(place.port, settings), place.userDir, {
  credentials: { app: { storePassword: password } },
});
const app = await runtime.app('app');
let [sent, others] = [0, 0];
let isTelling = false;
app.onResult(({ state }) => {
  if (state === 'sent') sent++;
  else others++;
  if (isTelling) return;
  isTelling = true;
  setImmediate(tell);
});

const orders = { accept, send: () => app.resume(), pause: () => app.pause() };
process.on('message', async (order: Order) => {
  await (order.kind === 'accept' ? accept(order.count) : orders[order.kind]());
  report({ kind: 'done' });
});
process.on('disconnect', () => process.exit(0));
await app.pause();
report({ kind: 'done' });

async function accept(count: number): Promise<void> {
  for (let from = 0; from < count; from += mailsOfMessage) {
    const accepted = runtime.completed(1);
    runtime.node('mail').receive(personalMessage(Math.min(mailsOfMessage, count - from), from));
    await accepted;
  }
}

function tell(): void {
  isTelling = false;
  const { user: ours, system } = process.cpuUsage();
  report({ kind: 'settled', sent, others, cpu: ours + system });
}

function report(told: Report): void {
  process.send?.(told);
}
