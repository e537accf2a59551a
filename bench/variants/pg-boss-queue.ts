/** pg-boss, which inserts, fetches and completes in batches and looks after nothing else meanwhile. */
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { startPostgres } from '../../test/support/postgres-server.ts';
import { loadFromArguments, measure } from '../measured.ts';
import { batch, connections, inBatches, shortText, takeAll } from '../queue-load.ts';
import { recipient, sampleMail } from '../sample-mail.ts';
import { sendAll } from '../ses-load.ts';

/** Installed for the bench alone, so its types are not there when everything is checked. */
interface Boss {
  on(event: 'error', listener: (error: Error) => void): Boss;
  removeAllListeners(event: 'error'): Boss;
  start(): Promise<unknown>;
  stop(options: object): Promise<void>;
  createQueue(name: string): Promise<void>;
  insert(queue: string, jobs: readonly object[]): Promise<unknown>;
  fetch(queue: string, options: object): Promise<readonly { readonly id: string }[]>;
  complete(queue: string, ids: readonly string[]): Promise<unknown>;
  getQueueStats(queue: string, options: object): Promise<Stats | Stats[]>;
}

interface Stats {
  readonly queuedCount: number;
  readonly activeCount: number;
  readonly failedCount: number;
}

const { PgBoss }: { PgBoss: new (options: object) => Boss } = createRequire(import.meta.url)('pg-boss');
const load = loadFromArguments();
const server = await startPostgres();
const quiet = { supervise: false, schedule: false };
const boss = new PgBoss({ ...server.address, max: connections, ...quiet });
boss.on('error', (error) => {
  throw error;
});
await boss.start();
const queue = 'mails';
await boss.createQueue(queue);
const inserters = 2;

await measure(load, async (count) => {
  const batches = inBatches(count);
  const inserted = sendAll(batches.length, (index) => insert(batches[index] ?? 0), inserters);
  const seen = new Set<string>();
  await takeAll(count, () => take(seen));
  await inserted;
  if (seen.size !== count) throw new Error(`${seen.size} of ${count} mails were fetched`);
  return count;
});
const [stats] = await boss.getQueueStats(queue, { force: true }).then((one) => [one].flat());
const left = { queued: stats?.queuedCount, active: stats?.activeCount, failed: stats?.failedCount };
if (left.queued !== 0 || left.active !== 0 || left.failed !== 0)
  throw new Error(`left: ${JSON.stringify(left)}`);
// its connections may end after it, with the server
boss.removeAllListeners('error').on('error', () => {});
await boss.stop({ graceful: false });
await server.end();
process.exit(0);

async function insert(count: number): Promise<void> {
  const { from, topic } = sampleMail;
  await boss.insert(
    queue,
    Array.from({ length: count }, (_, index) => {
      const to = recipient(index);
      const ids = { email: randomUUID(), messageId: `<${randomUUID()}@example.com>` };
      return { data: { ...ids, from, to: [to], subject: topic, text: shortText } };
    }),
  );
}

async function take(seen: Set<string>): Promise<number> {
  const jobs = await boss.fetch(queue, { batchSize: batch });
  if (jobs.length === 0) return 0;
  const ids = jobs.map(({ id }) => id);
  for (const id of ids) seen.add(id);
  await boss.complete(queue, ids);
  return jobs.length;
}
