/** nodemailer's own pool of 20 connections, without any queue on disk; the setting `raw`: mails built before; `dkim`: signed. */
import { createTransport } from 'nodemailer';
import { builtMail } from '../built-mail.ts';
import { dkim } from '../dkim-key.ts';
import { loadFromArguments, measure } from '../measured.ts';
import { recipient, sampleMail } from '../sample-mail.ts';

const load = loadFromArguments();
const transport = createTransport({
  host: '127.0.0.1',
  port: load.port,
  ignoreTLS: true,
  pool: true,
  maxConnections: 20,
  maxMessages: Number.POSITIVE_INFINITY,
  ...(load.setting === 'dkim' && { dkim }),
});
const { from, topic, html, text } = sampleMail;
const mailTo = (to: string) =>
  load.setting === 'raw'
    ? { envelope: { from, to }, raw: builtMail }
    : { from, to, subject: topic, html, text };

await measure(load, async (count) => {
  await Promise.all(
    Array.from({ length: count }, (_, index) => transport.sendMail(mailTo(recipient(index)))),
  );
  return count;
});
process.exit(0);
