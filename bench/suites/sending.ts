/** Sending over SMTP. */
import { filledList } from '../filled-list.ts';
import { filledOutbox } from '../filled-outbox.ts';
import { lacksSmtpSource } from '../smtp-source.ts';
import { all, cpu, type Measure, rate, type Sizes, type Suite, time, type Variant } from '../suite.ts';

const stockNode: Variant = { name: 'node-red-node-email', file: 'stock-node', arriving: all };
const pool: Variant = { name: 'nodemailer pool of 20', file: 'nodemailer-pool', arriving: all };
const sendEmail: Variant = { name: 'send-email, a message per mail', file: 'send-email', arriving: all };
export const bulkSend: Variant = { name: 'send-email, personal mails', file: 'bulk-send', arriving: all };

export const burst: Suite = {
  name: 'burst',
  sink: 'smtp-sink',
  count: 3000,
  rounds: 5,
  variants: [stockNode, pool, sendEmail],
  rows: [
    {
      name: 'send-email, durable / node-red-node-email, burst',
      of: sendEmail,
      against: stockNode,
      by: rate,
      target: { least: 1.5 },
    },
    {
      name: 'send-email, durable / nodemailer pool of 20',
      of: sendEmail,
      against: pool,
      by: rate,
      target: { least: 1 },
    },
  ],
};

const rawPool: Variant = {
  name: 'nodemailer pool of 20, mails built before',
  file: 'nodemailer-pool',
  setting: 'raw',
  arriving: all,
};
const smtpSource: Variant = {
  name: 'smtp-source of Postfix, 20 connections',
  file: 'smtp-source',
  lacks: lacksSmtpSource,
  arriving: all,
};

/** A connection for each mail of a burst: it loses mails where there are ten thousand. */
const stockBurst: Variant = { ...stockNode, count: 3000 };

export const personal = ({ entries }: Sizes): Suite => {
  const filtered: Variant = {
    ...bulkSend,
    name: `the same with ${entries.toLocaleString('en')} on the list`,
    startsFrom: (tell) => filledList(entries, tell),
  };
  return {
    name: 'personal',
    sink: 'smtp-sink',
    count: 10_000,
    rounds: 5,
    variants: [stockBurst, rawPool, smtpSource, bulkSend, filtered],
    rows: [
      {
        name: 'personal mails, durable / node-red-node-email, burst',
        of: bulkSend,
        against: stockBurst,
        by: rate,
        target: { least: 5 },
      },
      {
        name: 'personal mails, durable / nodemailer pool of 20, mails built before',
        of: bulkSend,
        against: rawPool,
        by: rate,
        target: { least: 1.5 },
      },
      {
        name: 'personal mails, durable / smtp-source of Postfix',
        of: bulkSend,
        against: smtpSource,
        by: rate,
        target: { least: 0.3 },
      },
      {
        name: `personal mails with ${entries.toLocaleString('en')} on the suppression list / node-red-node-email, burst`,
        of: filtered,
        against: stockBurst,
        by: rate,
        target: { least: 5 },
      },
    ],
  };
};

const signed = (variant: Variant): Variant => ({
  ...variant,
  name: `${variant.name}, DKIM`,
  setting: 'dkim',
});
const signedPool = signed(pool);
const signedSend = signed(sendEmail);
const signedBulk = signed(bulkSend);

export const dkim: Suite = {
  name: 'dkim',
  sink: 'smtp-sink',
  count: 3000,
  rounds: 5,
  variants: [signedPool, signedSend, signedBulk],
  rows: [
    {
      name: 'send-email, durable, RSA-2048 DKIM / nodemailer pool of 20 with its own',
      of: signedSend,
      against: signedPool,
      by: rate,
      target: { least: 2 },
    },
    {
      name: 'personal mails, durable, RSA-2048 DKIM / nodemailer pool of 20 with its own',
      of: signedBulk,
      against: signedPool,
      by: rate,
      target: { least: 2 },
    },
  ],
};

const memory: Measure = {
  name: 'memory',
  says: 'MB more than before',
  of: ({ peakMegabytes = Number.NaN }) => peakMegabytes,
};
const firstMail: Measure = {
  name: 'first-mail',
  says: 'seconds until the first mail is out',
  of: ({ firstAfter = Number.NaN }) => firstAfter,
};

export const million = ({ recipients }: Sizes): Suite => {
  const largeMessage: Variant = {
    name: `a message to ${recipients.toLocaleString('en')}`,
    file: 'large-message',
    arriving: all,
  };
  return {
    name: 'million',
    sink: 'smtp-sink',
    count: recipients,
    warmUp: 1000,
    rounds: 5,
    variants: [largeMessage],
    rows: [
      {
        name: `peak extra memory of one message to ${recipients.toLocaleString('en')}, each with own values`,
        of: largeMessage,
        by: memory,
        unit: 'MB',
        target: { most: 150 },
      },
      {
        name: `first mail of one message to ${recipients.toLocaleString('en')} at the mail server`,
        of: largeMessage,
        by: firstMail,
        unit: 's',
        target: { most: 2 },
      },
    ],
  };
};

/** Mails that wait in the emptier outbox, for each that waits in the fuller one. */
const emptier = 1 / 100;

export const growth = ({ recipients }: Sizes): Suite => {
  const waitingMails = (mails: number): Variant => ({
    name: `${mails.toLocaleString('en')} mails waiting`,
    file: 'waiting-mails',
    startsFrom: (tell) => filledOutbox(mails, tell),
  });
  const few = waitingMails(Math.ceil(recipients * emptier));
  const many = waitingMails(recipients);
  const row = { of: many, against: few, target: { most: 1.1 } };
  return {
    name: 'growth',
    sink: 'smtp-sink',
    count: Math.min(5000, Math.ceil(recipients * emptier * 0.6)),
    warmUp: Math.min(1000, Math.ceil(recipients * emptier * 0.1)),
    rounds: 5,
    variants: [few, many],
    rows: [
      { name: 'CPU of a mail with a hundred times as many waiting', by: cpu, ...row },
      { name: 'time of a mail with a hundred times as many waiting', by: time, ...row },
    ],
  };
};
