// A mail comes in from the world: the active rules store it, tell of it, or bounce it.
import { randomBytes } from 'node:crypto';
import type { ReceiptAction, ReceiptRule, S3Action } from '@aws-sdk/client-ses';
import type { AwsWorld } from '../aws-world.ts';
import { storedObject } from '../s3/s3-state.ts';
import { deliver } from '../sns/delivery.ts';
import { topicOf } from '../sns/topics.ts';
import { type Came, receivedNotification } from './received-notification.ts';

export interface Incoming {
  /** Of the envelope. */
  readonly recipients: readonly string[];
  /** Return path; empty for a bounce. */
  readonly from?: string;
  /** `PASS` each unless given: spam, virus, spf, dkim, dmarc. */
  readonly verdicts?: Readonly<Partial<Record<Verdict, string>>>;
}

export type Verdict = 'spam' | 'virus' | 'spf' | 'dkim' | 'dmarc';

export interface Receipt {
  readonly messageId: string;
  /** Where it was stored, in the order of the actions. */
  readonly stored: readonly { bucket: string; key: string }[];
  /** The sender is told that it was not taken, with these words. */
  readonly bounced?: string;
}

/** An SNS action with a larger mail bounces. */
const mostBytesInNotification = 150 * 1024;

/** Resolves when the mail is stored and every subscriber has been told. */
export async function receive(world: AwsWorld, raw: Buffer, incoming: Incoming): Promise<Receipt> {
  const came: Came = {
    messageId: randomBytes(20).toString('hex'),
    raw: withTrace(raw, incoming),
    from: incoming.from ?? 'sender@example.org',
    verdicts: incoming.verdicts ?? {},
    scanned: false,
  };
  const stored: Stored = [];
  const rules = matching(world, incoming.recipients);
  if (rules.length === 0)
    return { messageId: came.messageId, stored, bounced: '550 5.1.1 mailbox unavailable' };
  for (const { rule, recipients } of rules) {
    for (const action of rule.Actions ?? []) {
      const mail = { ...came, recipients, scanned: rule.ScanEnabled ?? false };
      const end = await act(world, mail, action, stored);
      if (end !== 'on')
        return { messageId: came.messageId, stored, bounced: end === 'stop' ? undefined : end };
    }
  }
  return { messageId: came.messageId, stored };
}

type Outcome = 'on' | 'stop' | `5${string}`;
type Stored = { bucket: string; key: string }[];
type Mail = Came & { readonly recipients: readonly string[] };

async function act(world: AwsWorld, mail: Mail, action: ReceiptAction, stored: Stored): Promise<Outcome> {
  const { S3Action, SNSAction, BounceAction, StopAction } = action;
  if (S3Action) stored.push(await store(world, mail, S3Action));
  if (SNSAction) {
    if (mail.raw.length > mostBytesInNotification) return '552 5.3.4 Message too large';
    const encoding = SNSAction.Encoding === 'Base64' ? 'BASE64' : 'UTF8';
    await tell(world, SNSAction.TopicArn, mail, { type: 'SNS', topicArn: SNSAction.TopicArn, encoding });
  }
  if (BounceAction) return `5${BounceAction.SmtpReplyCode?.slice(1)} ${BounceAction.Message}`;
  return StopAction ? 'stop' : 'on';
}

async function store(world: AwsWorld, mail: Mail, { BucketName, ObjectKeyPrefix, TopicArn }: S3Action) {
  const bucket = BucketName ?? '';
  const prefix = ObjectKeyPrefix ?? '';
  const key = `${prefix}${mail.messageId}`;
  world.s3.buckets.get(bucket)?.objects.set(key, storedObject(mail.raw, world.now()));
  const where = { bucketName: bucket, objectKeyPrefix: prefix, objectKey: key };
  await tell(world, TopicArn, mail, { type: 'S3', topicArn: TopicArn, ...where });
  return { bucket, key };
}

async function tell(
  world: AwsWorld,
  topicArn: string | undefined,
  mail: Mail,
  action: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  if (!topicArn || !world.sns.topics.has(topicArn)) return;
  const message = JSON.stringify(receivedNotification(world, mail, action));
  const subject = 'Amazon SES Email Receipt Notification';
  await deliver(world, topicOf(world, topicArn), { message, subject });
}

/** Enabled rules of the active set, each with the recipients that it is for; only verified domains receive. */
function matching(
  { receiving, ses }: AwsWorld,
  recipients: readonly string[],
): { rule: ReceiptRule; recipients: string[] }[] {
  const verified = [...ses.identities.values()].filter(({ verified }) => verified).map(({ name }) => name);
  const ours = recipients.filter((address) => verified.some((name) => belongs(address, name)));
  const rules = receiving.ruleSets.get(receiving.active ?? '')?.rules ?? [];
  return rules.flatMap((rule) => {
    const wanted = rule.Recipients ?? [];
    const fitting = ours.filter((address) => wanted.length === 0 || wanted.some((one) => fits(address, one)));
    return rule.Enabled && fitting.length > 0 ? [{ rule, recipients: fitting }] : [];
  });
}

function belongs(address: string, domain: string): boolean {
  return `.${address.toLowerCase().split('@').at(-1)}`.endsWith(`.${domain}`);
}

/** A recipient of a rule is an address (with any label after `+`), a domain, or `.domain` for those below it. */
function fits(address: string, wanted: string): boolean {
  const [local = '', domain = ''] = address.toLowerCase().split('@');
  const pattern = wanted.toLowerCase();
  if (pattern.startsWith('.')) return domain.endsWith(pattern);
  if (!pattern.includes('@')) return domain === pattern;
  return pattern === `${local}@${domain}` || pattern === `${local.split('+')[0]}@${domain}`;
}

/** SES puts its own lines before those of the sender. */
function withTrace(
  raw: Buffer,
  { from = 'sender@example.org', verdicts = {}, recipients }: Incoming,
): Buffer {
  const { spam = 'PASS', virus = 'PASS', spf = 'PASS', dkim = 'PASS', dmarc = 'PASS' } = verdicts;
  const results = `spf=${spf.toLowerCase()}; dkim=${dkim.toLowerCase()}; dmarc=${dmarc.toLowerCase()}`;
  const lines = [
    `Return-Path: <${from}>`,
    `Received: from mail.example.org (mail.example.org [192.0.2.9]) by inbound-smtp.amazonaws.com with SMTP for ${recipients[0]}`,
    `X-SES-Spam-Verdict: ${spam}`,
    `X-SES-Virus-Verdict: ${virus}`,
    `Authentication-Results: amazonses.com; ${results}`,
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n`), raw]);
}
