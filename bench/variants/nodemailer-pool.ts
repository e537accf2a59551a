/** nodemailer's own pool of 20 connections, without any queue on disk. */
import { createTransport } from 'nodemailer';
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
});

await measure(load, async (count) => {
  const { from, topic, html, text } = sampleMail;
  const mails = Array.from({ length: count }, (_, index) =>
    transport.sendMail({ from, to: recipient(index), subject: topic, html, text }),
  );
  await Promise.all(mails);
  return count;
});
process.exit(0);
