/**
 * A process made to be killed: accepts large mails, sends them and deletes their records without end; it writes a line
 * only for what a promise has resolved for, and for a settlement before it begins. With `early` it lies about what it
 * accepts. With `hasty` it deletes the file of a mail before it has settled it.
 *
 *     accepted <part>     settling <part>     pruned <count>
 */
import { readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { OutboxEntry } from '../../nodes/lib/outbound/outbox.ts';
import { buildContent } from '../support/build-content.ts';
import { newRequest } from '../support/new-request.ts';
import { openTestOutbox } from '../support/sqlite-outbox.ts';
import { contentOf } from './pruning-terms.ts';

const [folder = '', run = '', mode = ''] = process.argv.slice(2);
const outbox = await openTestOutbox(folder, { now: Date.now(), maxWaiting: 1e9, unknown: 'resend' });
const write = (...words: unknown[]) => writeSync(1, `${words.join(' ')}\n`);

async function acceptForever(lane: number): Promise<void> {
  for (let count = 0; ; count += 1) {
    const id = `${run}-${lane}-${count}`;
    const now = Date.now();
    const content = buildContent({ from: { address: 'shop@sender.example' }, text: contentOf(id) });
    if (mode === 'early') write('accepted', id);
    await outbox.accept(newRequest([`${id}@a.example`], { id, content, acceptedAt: now, dueAt: now }));
    if (mode !== 'early') write('accepted', id);
    await wait(5);
  }
}

async function sendForever(): Promise<void> {
  for (;;) {
    for (const entry of await outbox.claim(4, Date.now())) await send(entry);
    await wait(5);
    write('pruned', await outbox.prune(Date.now() + 1, 0));
  }
}

async function send({ part, contentId }: OutboxEntry): Promise<void> {
  if (mode === 'hasty') {
    for (const name of readdirSync(join(folder, 'spool')))
      if (name === `mail-${contentId}`) rmSync(join(folder, 'spool', name));
    await wait(30);
  } else await outbox.content(contentId);
  write('settling', part.id);
  await outbox.settle([
    { partId: part.id, at: Date.now(), state: 'sent', code: 'sent', reason: '', attempted: true },
  ]);
}

await Promise.all([1, 2, 3, 4].map(acceptForever).concat(sendForever()));
