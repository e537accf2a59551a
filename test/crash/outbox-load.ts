/**
 * A process made to be killed: accepts, claims and settles without end, and writes a line only for what a promise has
 * resolved for. With `early` it lies: it writes a request's line before the request is accepted.
 *
 *     accepted <part> …     claimed <part>     settled <part> <state>
 */
import { writeSync } from 'node:fs';
import type { FinalState } from '../../nodes/lib/outbound/outbox.ts';
import { newPart, newRequest } from '../support/new-request.ts';
import { openTestOutbox } from '../support/sqlite-outbox.ts';

const [folder = '', run = '', mode = ''] = process.argv.slice(2);
const outbox = await openTestOutbox(folder, { now: Date.now(), maxWaiting: 1e9 });
const write = (...words: string[]) => writeSync(1, `${words.join(' ')}\n`);
const endings: FinalState[] = ['sent', 'failed', 'suppressed', 'expired'];
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
    await Promise.all(entries.map(({ part }, index) => settle(part.id, index)));
  }
}

async function settle(partId: string, index: number): Promise<void> {
  const state = endings[index % endings.length] ?? 'sent';
  const outcome = { partId, at: Date.now(), state, code: state, reason: '', attempted: true };
  await outbox.settle([outcome]);
  write('settled', partId, state);
}

await Promise.all([...Array.from({ length: 24 }, acceptForever), ...Array.from({ length: 4 }, sendForever)]);
