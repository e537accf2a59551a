/**
 * A process made to be killed: receives from a source and tells a flow, and writes a line only for what has happened.
 * `lossy` acknowledges before the mail is on disk; `forgetful` forgets a mail before the flow has it; `keyless` does not
 * know a mail again that comes twice.
 *
 *     listening <port>     told <subject> <redelivered> <id>
 */
import { readFileSync, writeSync } from 'node:fs';
import type { InboundQueue } from '../../nodes/lib/inbound/inbound-queue.ts';
import { MailRoom } from '../../nodes/lib/inbound/mail-room.ts';
import { systemClock as clock } from '../../nodes/lib/kernel/clock.ts';
import type { ReceivedMail } from '../../nodes/lib/received/received-mail.ts';
import { openTestStore } from '../support/sqlite-suppressions.ts';
import { loadSources } from './inbound-load-sources.ts';

const [folder = '', mode = '', source = 'smtp', place = ''] = process.argv.slice(2);
const store = await openTestStore(folder);
const queue = store.inbound;
const write = (...words: unknown[]) => writeSync(1, `${words.join(' ')}\n`);
const moment = () => new Promise((resolve) => setTimeout(resolve, 100));

const accepts: Readonly<Record<string, InboundQueue['accept']>> = {
  async lossy(raw, facts, limit) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of raw) chunks.push(chunk);
    const later = async function* () {
      await moment();
      yield* chunks;
    };
    void queue.accept(later(), facts, limit);
    return { id: 'early', isNew: true };
  },
  async keyless(raw, { sourceKey: _, ...facts }, limit) {
    const accepted = await queue.accept(raw, facts, limit);
    await moment();
    return accepted;
  },
};

const room = new MailRoom({
  queue,
  clock,
  read: async ({ file, id }) => {
    const [, subject = ''] = /^Subject: (\S+)/m.exec(readFileSync(file, 'latin1')) ?? [];
    if (mode === 'forgetful') await queue.done(id);
    return { kind: 'mail', subject } as ReceivedMail;
  },
  act: async () => {},
  onTrouble: (error) => write('trouble', error.message),
});
room.listen('n1', async ({ mail, redelivered, id }) => {
  if (mode === 'forgetful') await new Promise((resolve) => setTimeout(resolve, 2));
  write('told', mail.subject, redelivered, id);
});
const port = await loadSources[source]?.({
  store,
  queue: { accept: accepts[mode] ?? queue.accept },
  place,
  onTrouble: (error) => write('trouble', error.message),
});
write('listening', port);
