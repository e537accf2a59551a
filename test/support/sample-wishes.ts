import type { EventWishes } from '../../nodes/lib/setup/event-plumbing.ts';
import type { IamFeatures } from '../../nodes/lib/setup/iam-policy.ts';
import type { InboundWishes } from '../../nodes/lib/setup/plumbing/inbound-wishes.ts';

export const sampleEventWishes: EventWishes = {
  configurationSet: 'email-app',
  topic: 'email-app-events',
  destination: { kind: 'sqs', queue: 'email-app-events' },
  trackOpens: false,
  trackClicks: false,
};

export const sampleInboundWishes: InboundWishes = {
  recipients: ['reply.example.com'],
  bucket: 'example-inbound',
  prefix: 'inbound/',
  expiryDays: 30,
  rule: 'email-app',
  ruleSet: 'email-app-rules',
  requireTls: false,
  topic: 'email-app-inbound',
  destination: { kind: 'sqs', queue: 'email-app-inbound' },
};

export const everything: IamFeatures = {
  sending: true,
  bulk: true,
  suppression: true,
  events: true,
  inbound: true,
  setup: true,
};

export const nothing: IamFeatures = {
  sending: false,
  bulk: false,
  suppression: false,
  events: false,
  inbound: false,
  setup: false,
};
