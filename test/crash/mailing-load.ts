/**
 * A process made to be killed: writes and accepts mailings, draws their copies and settles them without end, and writes a
 * line only for what a promise has resolved for. With `early` it lies: it writes a mailing's line before it is accepted.
 *
 *     accepted <request> <copies>     claimed <part>     settled <part>
 */
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { sqliteOutbox } from '../../nodes/lib/store/open-sqlite-outbox.ts';
import { newRequest } from '../support/new-request.ts';
import { openTestStore, testMailings } from '../support/sqlite-outbox.ts';

const [folder = '', , mode = ''] = process.argv.slice(2);
const store = await openTestStore(folder, { now: Date.now(), maxWaiting: 1e9 });
const outbox = sqliteOutbox(store);
const mailings = testMailings(store, folder);
const write = (...words: (string | number)[]) => writeSync(1, `${words.join(' ')}\n`);

async function acceptForever(): Promise<void> {
  for (let round = 1; ; round += 1) {
    const id = randomUUID();
    const copies = 40 * (round % 5) + 1;
    const draft = mailings.draft(id);
    for (let place = 0; place < copies; place += 20) {
      const lot = Array.from({ length: Math.min(20, copies - place) }, (_, index) => place + index);
      await draft.write(lot.map((one) => ({ to: { address: `p${one}@a.example` }, values: { one } })));
    }
    const now = Date.now();
    const { parts: _parts, ...request } = newRequest([], { id, acceptedAt: now, dueAt: now });
    if (mode === 'early') write('accepted', id, copies);
    await draft.accept(request);
    if (mode !== 'early') write('accepted', id, copies);
  }
}

async function sendForever(): Promise<void> {
  for (;;) {
    const entries = await outbox.claim(7, Date.now());
    for (const { part } of entries) write('claimed', part.id);
    const at = Date.now();
    const sent = { at, state: 'sent', code: 'sent', reason: '', attempted: true } as const;
    await outbox.settle(entries.map(({ part }) => ({ ...sent, partId: part.id })));
    for (const { part } of entries) write('settled', part.id);
  }
}

await Promise.all([acceptForever(), acceptForever(), sendForever(), sendForever()]);
