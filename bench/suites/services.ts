/** Amazon SES and webhooks. */
import { all, rate, type Suite, type Variant } from '../suite.ts';

const sesSdk: Variant = { name: 'AWS SDK', file: 'ses-sdk', arriving: all };
const sesTransport: Variant = { name: 'a request per mail', file: 'ses-transport', arriving: all };
const sesBulk: Variant = { name: '50 copies in a request', file: 'ses-bulk', arriving: all };

export const ses: Suite = {
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
      by: rate,
      target: { least: 1.4 },
    },
    {
      name: 'Amazon SES, 50 copies in a request / the AWS SDK with its own handler, a request per mail',
      of: sesBulk,
      against: sesSdk,
      by: rate,
      target: { least: 15 },
    },
  ],
};

const axiosPost: Variant = { name: 'axios', file: 'axios-post', arriving: all };
const webhookEndpoint: Variant = { name: 'webhooks, signed', file: 'webhook-endpoint', arriving: all };

export const webhook: Suite = {
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
      by: rate,
      target: { least: 3 },
    },
  ],
};
