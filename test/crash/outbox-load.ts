/**
 * A process made to be killed: accepts, claims, settles and reports without end, and writes a line only for what a promise
 * has resolved for; `told` stands for a result that leaves the node. With `early` it lies: it writes a request's line
 * before the request is accepted. With `hasty` it marks results as reported before they leave.
 *
 *     accepted <part> …     claimed <part>     settled <part> <state>     told <part>     reported <part>
 */
import { writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { OutboxEntry, Settlement } from '../../nodes/lib/outbound/outbox.ts';
import { newPart, newRequest } from '../support/new-request.ts';
import { openTestOutbox } from '../support/sqlite-outbox.ts';
import { isPutOff, policyOf } from './outbox-terms.ts';

const [folder = '', run = '', mode = ''] = process.argv.slice(2);
const outbox = await openTestOutbox(folder, {
  now: Date.now(),
  maxWaiting: 1e9,
  unknown: policyOf(mode),
});
const write = (...words: string[]) => writeSync(1, `${words.join(' ')}\n`);
const endings = ['sent', 'failed', 'suppressed', 'expired'] as const;
let requests = 0;

async function acceptForever(): Promise<void> {
  for (;;) {
    const id = `${run}-${requests++}`;
    const now = Date.now();
    const parts = ['a', 'b', 'c'].map((name) => newPart(`${id}${name}@a.example`));
    if (requests % 3 === 0) parts[0] = { ...newPart(`${id}a@a.example`), riders: ['cc@a.example'] };
    const ids = parts.map((part) => part.id);
    if (mode === 'early') write('accepted', ...ids);
    await outbox.accept({ ...newRequest([], { id, acceptedAt: now, dueAt: now }), parts });
    if (mode !== 'early') write('accepted', ...ids);
  }
}

async function sendForever(): Promise<void> {
  for (;;) {
    const entries = await outbox.claim(10, Date.now());
    for (const { part } of entries) write('claimed', part.id);
    await Promise.all(entries.map(settle));
  }
}

async function settle(entry: OutboxEntry, index: number): Promise<void> {
  const { id } = entry.part;
  const state = isPutOff(id) && entry.attempts === 0 ? 'later' : (endings[index % endings.length] ?? 'sent');
  const at = Date.now();
  const outcome: Settlement = { partId: id, at, state, code: state, reason: '', attempted: true };
  // some soon, which come before all that wait, and some after the end of this process
  const dueAt = index % 2 === 0 ? entry.startsAt : at + 3_600_000;
  await outbox.settle([state === 'later' ? { ...outcome, dueAt } : outcome]);
  write('settled', id, state);
}

async function reportForever(): Promise<void> {
  for (;;) {
    const ids = (await outbox.unreported('node-1', 20)).map(({ record }) => record.id);
    if (mode === 'hasty') {
      await outbox.markReported(ids);
      await wait(50);
    }
    for (const id of ids) write('told', id);
    if (mode !== 'hasty') await outbox.markReported(ids);
    for (const id of ids) write('reported', id);
    await wait(5);
  }
}

await Promise.all([
  ...Array.from({ length: 24 }, acceptForever),
  ...Array.from({ length: 4 }, sendForever),
  reportForever(),
]);
