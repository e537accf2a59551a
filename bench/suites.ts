/** What is measured and what it must reach: data only. */
import type { Measured } from './measured.ts';

export interface Variant {
  readonly name: string;
  /** in `variants/`, without its ending */
  readonly file: string;
  /** Starts with the filled suppression list. */
  readonly onFilledList?: boolean;
  /** Mails or webhooks that reach the sink when it is given so many. */
  readonly arriving: (count: number) => number;
}

export interface Row {
  readonly name: string;
  readonly of: Variant;
  readonly against: Variant;
  readonly by: (measured: Measured) => number;
  /** the least ratio, or the greatest where less is better */
  readonly target: { readonly least: number } | { readonly most: number };
}

export interface Suite {
  readonly name: string;
  /** What takes the mails or webhooks. */
  readonly sink: 'smtp-sink' | 'ses-sink' | 'webhook-sink';
  /** Mails, webhooks or requests of a round. */
  readonly count: number;
  readonly rounds: number;
  readonly variants: readonly Variant[];
  readonly rows: readonly Row[];
}

export const rateOf = ({ done, seconds }: Measured): number => done / seconds;
export const costOf = ({ done, cpuMicroseconds }: Measured): number => cpuMicroseconds / done;

const all = (count: number): number => count;
const none = (): number => 0;

const stockNode: Variant = { name: 'stock-node', file: 'stock-node', arriving: all };
const pool: Variant = { name: 'nodemailer-pool', file: 'nodemailer-pool', arriving: all };
const sendEmail: Variant = { name: 'send-email', file: 'send-email', arriving: all };
const bulkSend: Variant = { name: 'bulk-send', file: 'bulk-send', arriving: all };
const recipientCheck: Variant = {
  name: 'recipient-check',
  file: 'recipient-check',
  arriving: none,
  onFilledList: true,
};
const bareRoute: Variant = { name: 'bare-route', file: 'bare-route', arriving: none };
const sesSdk: Variant = { name: 'ses-sdk', file: 'ses-sdk', arriving: all };
const sesTransport: Variant = { name: 'ses-transport', file: 'ses-transport', arriving: all };
const sesBulk: Variant = { name: 'ses-bulk', file: 'ses-bulk', arriving: all };
const oneClick: Variant = { name: 'one-click', file: 'one-click', arriving: none };

const rawSmtpServer: Variant = { name: 'raw-smtp-server', file: 'raw-smtp-server', arriving: none };
const smtpReceipt: Variant = { name: 'smtp-receipt', file: 'smtp-receipt', arriving: none };

const axiosPost: Variant = { name: 'axios-post', file: 'axios-post', arriving: all };
const webhookEndpoint: Variant = { name: 'webhook-endpoint', file: 'webhook-endpoint', arriving: all };

const burst: Suite = {
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
      by: rateOf,
      target: { least: 1.5 },
    },
    {
      name: 'send-email, durable / nodemailer pool of 20',
      of: sendEmail,
      against: pool,
      by: rateOf,
      target: { least: 1 },
    },
  ],
};

const filter = (entries: number): Suite => ({
  name: 'filter',
  sink: 'smtp-sink',
  count: 15_000,
  rounds: 5,
  variants: [bulkSend, recipientCheck],
  rows: [
    {
      name: `share of a bulk send’s CPU that the check against ${entries} entries takes`,
      of: recipientCheck,
      against: bulkSend,
      by: costOf,
      target: { most: 0.03 },
    },
  ],
});

const unsubscribe: Suite = {
  name: 'one-click',
  sink: 'smtp-sink',
  count: 10_000,
  rounds: 5,
  variants: [bareRoute, oneClick],
  rows: [
    {
      name: 'one-click POST, durable / bare express route',
      of: oneClick,
      against: bareRoute,
      by: rateOf,
      target: { least: 0.5 },
    },
  ],
};

const ses: Suite = {
  name: 'ses',
  sink: 'ses-sink',
  count: 5000,
  rounds: 5,
  variants: [sesSdk, sesTransport, sesBulk],
  rows: [
    {
      name: 'Amazon SES, a request per mail / the AWS SDK with its own handler',
      of: sesTransport,
      against: sesSdk,
      by: rateOf,
      target: { least: 1.4 },
    },
    {
      name: 'Amazon SES, 50 copies in a request / the AWS SDK with its own handler, a request per mail',
      of: sesBulk,
      against: sesSdk,
      by: rateOf,
      target: { least: 15 },
    },
  ],
};

const inbound: Suite = {
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
      by: rateOf,
      target: { least: 0.35 },
    },
  ],
};

const webhook: Suite = {
  name: 'webhook',
  sink: 'webhook-sink',
  count: 30_000,
  rounds: 5,
  variants: [axiosPost, webhookEndpoint],
  rows: [
    {
      name: 'a webhook, signed and durable / axios, neither of them',
      of: webhookEndpoint,
      against: axiosPost,
      by: rateOf,
      target: { least: 3 },
    },
  ],
};

/** `entries` of the filled suppression list. */
export const suites = (entries: number): readonly Suite[] => [
  burst,
  filter(entries),
  unsubscribe,
  ses,
  inbound,
  webhook,
];
