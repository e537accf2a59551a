/** Mails that wait in one database leave by as many processes as the setting says, each with so many of them at once: `2 10`. */
import { type ChildProcess, fork } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgres } from '../../test/support/postgres-server.ts';
import { benchAppId } from '../bench-app.ts';
import { loadFromArguments, print, take } from '../measured.ts';
import type { Order, Report, SenderPlace } from '../shared-sender.ts';

const load = loadFromArguments();
const [processes = 1, concurrency = 1] = load.setting.split(' ').map(Number);
const server = await startPostgres();

const first = await startSender('0');
const senders = [first];
for (let index = 1; index < processes; index++) {
  // whoever shares an app has its keys
  const keys = join('email-app', benchAppId, 'keys.json');
  await mkdir(join(load.folder, `${index}`, 'email-app', benchAppId), { recursive: true });
  await cp(join(load.folder, '0', keys), join(load.folder, `${index}`, keys));
  senders.push(await startSender(`${index}`));
}

const sum = (of: (sender: (typeof senders)[number]) => number): number =>
  senders.reduce((total, sender) => total + of(sender), 0);

let settled = 0;
if (load.warmUp > 0) {
  await first.order({ kind: 'accept', count: load.warmUp });
  await sendAll(load.warmUp);
  await Promise.all(senders.map(({ order }) => order({ kind: 'pause' })));
}
await first.order({ kind: 'accept', count: load.count });
const before = sum(({ told }) => told().cpu);
const measured = await take({ ...load, warmUp: 0 }, sendAll);
print({ ...measured, cpuMicroseconds: sum(({ told }) => told().cpu) - before });
for (const { end } of senders) end();
await server.end();
process.exit(0);

/** All begin at the same moment. */
async function sendAll(count: number): Promise<number> {
  settled += count;
  const ended = new Promise<void>((resolve) => {
    for (const sender of senders)
      sender.heard(() => sum(({ told }) => told().sent + told().others) >= settled && resolve());
  });
  await Promise.all(senders.map(({ order }) => order({ kind: 'send' })));
  await ended;
  const failed = sum(({ told }) => told().others);
  if (failed > 0) throw new Error(`${failed} mails were not sent`);
  return count;
}

async function startSender(name: string) {
  const userDir = join(load.folder, name);
  await mkdir(userDir, { recursive: true });
  const place: SenderPlace = { port: load.port, concurrency, userDir, database: server.address };
  const script = fileURLToPath(new URL('../shared-sender.ts', import.meta.url));
  const child = fork(script, [JSON.stringify(place)]);
  let told = { sent: 0, others: 0, cpu: 0 };
  let heard = (): void => {};
  const stop = (): never => process.exit(1);
  child.once('exit', stop);
  child.on('message', (report: Report) => {
    if (report.kind !== 'settled') return;
    told = report;
    heard();
  });
  await answer(child);
  return {
    told: () => told,
    heard: (listener: () => void) => {
      heard = listener;
    },
    order: (order: Order) => {
      child.send(order);
      return answer(child);
    },
    end() {
      child.off('exit', stop);
      child.disconnect();
    },
  };
}

function answer(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = (): void => reject(new Error('a process that sends has ended'));
    const listen = ({ kind }: Report): void => {
      if (kind !== 'done') return;
      child.off('message', listen).off('exit', gone);
      resolve();
    };
    child.on('message', listen).once('exit', gone);
  });
}
