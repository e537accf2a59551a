/**
 * A process made to be killed: accepts and settles mails, appends events, and reads them all by a feed. It writes a line
 * only for what a promise has resolved for, and for each event before it says that it had it. With `early` it lies: it
 * writes that an event happened before it is on disk.
 *
 *     happened <key>     had <event id> <key>
 */
import { writeSync } from 'node:fs';
import { openFeed } from '../../nodes/lib/event/feed.ts';
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import { newRequest } from '../support/new-request.ts';
import { openTestStore } from '../support/sqlite-suppressions.ts';

const [folder = '', run = '', mode = ''] = process.argv.slice(2);
const owner = { appId: 'app00001', name: 'Shop' };
const { outbox, events } = await openTestStore(folder, { now: Date.now(), maxWaiting: 1e9, owner });
const write = (...words: string[]) => writeSync(1, `${words.join(' ')}\n`);

openFeed({
  events,
  reader: 'reader',
  clock: systemClock,
  random: Math.random,
  async deliver({ id, type, recipient, code }) {
    write('had', id, `${type}:${type === 'email.queued' ? recipient : (code ?? recipient)}`);
  },
  onTrouble: ({ message }) => write('trouble', message),
});

async function mailForever(lane: number): Promise<void> {
  for (let count = 0; ; count += 1) {
    const address = `${run}-${lane}-${count}@a.example`;
    await outbox.accept(newRequest([address], { id: address, acceptedAt: Date.now(), dueAt: Date.now() }));
    write('happened', `email.queued:${address}`);
    for (const { part } of await outbox.claim(10, Date.now())) {
      const code = `code-${part.id}`;
      const outcome = {
        partId: part.id,
        at: Date.now(),
        state: 'sent',
        code,
        reason: '',
        attempted: true,
      } as const;
      await outbox.settle([outcome]);
      write('happened', `email.sent:${code}`);
    }
  }
}

async function appendForever(lane: number): Promise<void> {
  for (let count = 0; ; count += 1) {
    const recipient = `event-${run}-${lane}-${count}`;
    if (mode === 'early') write('happened', `email.delivered:${recipient}`);
    await events.append([{ type: 'email.delivered', at: Date.now(), recipient }]);
    if (mode !== 'early') write('happened', `email.delivered:${recipient}`);
  }
}

const lanes = [1, 2, 3, 4, 5, 6, 7, 8];
await Promise.all(lanes.flatMap((lane) => [mailForever(lane), appendForever(lane)]));
