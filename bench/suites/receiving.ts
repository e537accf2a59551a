/** Mail received over SMTP. */
import { type Measure, none, rate, type Suite, type Variant } from '../suite.ts';

const rawSmtpServer: Variant = {
  name: 'smtp-server that keeps nothing',
  file: 'raw-smtp-server',
  arriving: none,
};
const smtpReceipt: Variant = { name: 'inbound mail, on disk', file: 'smtp-receipt', arriving: none };

export const inbound: Suite = {
  name: 'inbound',
  sink: 'smtp-sink',
  count: 10_000,
  rounds: 5,
  variants: [rawSmtpServer, smtpReceipt],
  rows: [
    {
      name: 'a mail received over SMTP, durable / smtp-server that keeps nothing',
      of: smtpReceipt,
      against: rawSmtpServer,
      by: rate,
      target: { least: 0.35 },
    },
  ],
};

const memory: Measure = {
  name: 'memory',
  says: 'MB a session more than before',
  of: ({ peakMegabytes = Number.NaN }) => peakMegabytes,
};
const largeReceipt = (name: string, setting: string): Variant => ({
  name,
  file: 'large-receipt',
  setting,
  arriving: none,
});
const one = largeReceipt('a mail of 40 MB', '1');
const two = largeReceipt('two mails of 40 MB at once', '2');
const first = largeReceipt('a mail of 40 MB as the first large one', '1 fresh');
const row = { by: memory, unit: 'MB' };
const target = { most: 64 };

export const largeInbound: Suite = {
  name: 'inbound-large',
  sink: 'smtp-sink',
  count: 1,
  warmUp: 4,
  rounds: 5,
  variants: [one, two, first],
  rows: [
    {
      name: 'peak extra memory of a mail of 40 MB, received, read and given to a flow',
      of: one,
      ...row,
      target,
    },
    { name: 'the same for each of two mails at once', of: two, ...row, target },
    { name: 'the same for the first mail that is large, Node’s own reserve included', of: first, ...row },
  ],
};
