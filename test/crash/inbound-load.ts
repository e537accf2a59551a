/**
 * A process made to be killed: receives over SMTP and tells a flow, and writes a line only for what has happened.
 * `lossy` acknowledges before the mail is on disk; `forgetful` forgets a mail before the flow has it.
 *
 *     listening <port>     told <subject> <redelivered>
 */
import { readFileSync, writeSync } from 'node:fs';
import type { InboundQueue } from '../../nodes/lib/inbound/inbound-queue.ts';
import { MailRoom } from '../../nodes/lib/inbound/mail-room.ts';
import type { ReceivedMail } from '../../nodes/lib/inbound/received-mail.ts';
import { smtpReceivers } from '../../nodes/lib/inbound/smtp-receiver.ts';
import { systemClock as clock } from '../../nodes/lib/kernel/clock.ts';
import { openTestQueue } from '../support/sqlite-inbound.ts';

const [folder = '', mode = ''] = process.argv.slice(2);
const { queue } = await openTestQueue(folder);
const write = (...words: unknown[]) => writeSync(1, `${words.join(' ')}\n`);

const lossy: InboundQueue['accept'] = async (raw, facts, limit) => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of raw) chunks.push(chunk);
  const later = async function* () {
    await new Promise((resolve) => setTimeout(resolve, 20));
    yield* chunks;
  };
  void queue.accept(later(), facts, limit);
  return { id: 'early', isNew: true };
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
room.listen('n1', async ({ mail, redelivered }) => {
  if (mode === 'forgetful') await new Promise((resolve) => setTimeout(resolve, 2));
  write('told', mail.subject, redelivered);
});
const { port } = await smtpReceivers().open(
  { host: 'mx.b.example', address: '127.0.0.1', port: 0, addresses: [] },
  {
    appId: 'app00001',
    forwardingAddress: 'in@mx.b.example',
    queue: { accept: mode === 'lossy' ? lossy : queue.accept },
    maxMailBytes: 40_000_000,
    clock,
    onTrouble: (error) => write('trouble', error.message),
  },
);
write('listening', port);
