/** Our outbox in PostgreSQL: each mail a request of its own, accepted, claimed and settled through the port. */
import { randomBytes, randomUUID } from 'node:crypto';
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import type { NewRequest, OutboxEntry, Settlement } from '../../nodes/lib/outbound/outbox.ts';
import { openPostgresStore } from '../../nodes/lib/postgres/open-postgres-store.ts';
import { startPostgres } from '../../test/support/postgres-server.ts';
import { sampleContent } from '../built-mail.ts';
import { loadFromArguments, measure } from '../measured.ts';
import { batch, connections, shortText, takeAll } from '../queue-load.ts';
import { recipient } from '../sample-mail.ts';
import { sendAll } from '../ses-load.ts';

/** Messages of flows that wait for their mail to be on disk. */
const accepting = 1024;

const { html, ...content } = sampleContent;
const shortContent = { ...content, text: shortText };

const load = loadFromArguments();
const server = await startPostgres();
const fail = (error: unknown): never => {
  throw error;
};
const { outbox } = await openPostgresStore({
  address: server.address,
  connections,
  instance: randomUUID(),
  owner: { appId: 'bench', name: 'bench', provider: 'smtp' },
  folder: load.folder,
  unknown: 'hold',
  maxWaiting: 1e9,
  maxInboundBytes: 1e9,
  clock: systemClock,
  elapsed: () => performance.now(),
  randomBytes,
  onTrouble: fail,
});

await measure(load, async (count) => {
  const accepted = sendAll(count, accept, accepting);
  const settled = new Set<string>();
  await takeAll(count, () => take(settled));
  await accepted;
  if (settled.size !== count) throw new Error(`${settled.size} of ${count} mails were settled`);
  return count;
});
const { waiting, scheduled, sending, unknown } = await outbox.counts(Date.now());
const left = waiting + scheduled + sending + unknown;
if (left > 0) throw new Error(`${left} mails are left`);
await outbox.close();
await server.end();
process.exit(0);

async function accept(index: number): Promise<void> {
  await outbox.accept(requestTo(recipient(index)));
}

function requestTo(address: string): NewRequest {
  const now = Date.now();
  const part = { to: { address }, recipients: [address], riders: [], values: {} };
  return {
    id: randomUUID(),
    node: 'bench',
    reports: false,
    content: shortContent,
    messageClass: 'transactional',
    priority: 'normal',
    acceptedAt: now,
    dueAt: now,
    parts: [{ id: randomUUID(), messageId: `${randomUUID()}@example.com`, ...part }],
  };
}

async function take(settled: Set<string>): Promise<number> {
  const entries = await outbox.claim(batch, Date.now());
  const records = await outbox.settle(entries.map(settlementOf));
  for (const { id, state } of records) if (state === 'sent') settled.add(id);
  return records.length;
}

function settlementOf({ part }: OutboxEntry): Settlement {
  return {
    partId: part.id,
    at: Date.now(),
    state: 'sent',
    code: 'sent',
    reason: '250 2.0.0 Ok',
    attempted: true,
  };
}
