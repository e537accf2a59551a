// Prints how many MB the process grew by at most while it read and authenticated a mail of 40 MB: one attachment, ten attachments, text.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { classifyMail } from '../../nodes/lib/inbound/classify-mail.ts';
import { authenticate } from '../../nodes/lib/inbound/mail-authentication.ts';
import { noOwnMails } from '../../nodes/lib/inbound/own-mails.ts';
import { readMail } from '../../nodes/lib/inbound/read-mail.ts';
import { systemClock } from '../../nodes/lib/kernel/clock.ts';

const megabyte = 1024 * 1024;
const facts = { source: 'smtp', envelope: { to: [] }, receivedAt: 0 } as const;
const folder = mkdtempSync(join(tmpdir(), 'read-mail-memory-'));

function writeMail(name: string, blocks: number): string {
  const file = join(folder, `${name}.eml`);
  const mail = openSync(file, 'w');
  const block =
    `${'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3OEFC\r\n'}`.repeat(
      10_000,
    );
  const isText = name === 'text';
  const parts = name === 'ten attachments' ? 10 : 1;
  writeSync(mail, isText ? 'Subject: x\r\n\r\n' : 'Content-Type: multipart/mixed; boundary=b\r\n\r\n');
  for (let at = 0; at < blocks; at += 1) {
    const begins = at % Math.ceil(blocks / parts) === 0;
    if (begins && !isText)
      writeSync(mail, '--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n');
    writeSync(mail, block);
  }
  closeSync(mail);
  return file;
}

const dns = {
  clock: systemClock,
  load: () => import('mailauth'),
  resolve: () => Promise.reject(Object.assign(new Error('nothing there'), { code: 'ENOTFOUND' })),
};

async function read(file: string) {
  const [mail] = await Promise.all([readMail(file, facts), authenticate(file, facts, dns)]);
  return classifyMail(mail, noOwnMails);
}

// what is loaded once does not count
for (let turn = 0; turn < 3; turn += 1) await read(writeMail('small', 1));
const file = writeMail(process.argv[2] ?? '', 49);
const before = process.memoryUsage.rss();
let peak = 0;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 2);
const mail = await read(file);
clearInterval(watch);
rmSync(folder, { recursive: true });
if (mail.size < 40 * megabyte) throw new Error(`a mail of only ${mail.size} bytes`);
console.log(((Math.max(peak, process.memoryUsage.rss()) - before) / megabyte).toFixed(1));
