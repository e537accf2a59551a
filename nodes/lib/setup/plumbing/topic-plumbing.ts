/** A topic that SES may publish to, and where it leads: our HTTPS endpoint or a queue that only this topic may fill. */
import { badSetting } from '../../settings/setting-readers.ts';
import type { Queues, Topics } from '../ports/aws-ports.ts';
import { partitionOf } from '../regions.ts';
import type { Works } from '../works.ts';
import { sidFor, withStatement } from './resource-policy.ts';

export interface TopicWishes {
  /** `[A-Za-z0-9_-]{1,256}` */
  readonly topic: string;
  readonly destination: TopicDestination;
}

export type TopicDestination =
  | { readonly kind: 'https'; readonly url: string }
  | { readonly kind: 'sqs'; readonly queue: string };

export interface TopicPlumbing {
  readonly topicArn: string;
  /** Whose account it is; `<account-id>` while only planned. */
  readonly account: string;
  readonly queueUrl?: string;
}

export interface TopicRooms {
  readonly topics: Topics;
  readonly queues: Queues;
  readonly region: string;
}

/** `publisher` is the part of the ARN behind the account: `configuration-set/name`. */
export async function layTopic(
  wishes: TopicWishes,
  publisher: string,
  works: Works,
  rooms: TopicRooms,
): Promise<TopicPlumbing> {
  checkNames(wishes);
  const { topicArn, attributes } = await ensureTopic(wishes.topic, works, rooms);
  const account = accountOf(topicArn);
  await signWithSha256(wishes.topic, topicArn, attributes, { works, rooms });
  await letSesPublish(topicArn, publisher, attributes, { works, rooms });
  const { destination } = wishes;
  const queue =
    destination.kind === 'sqs' ? await layQueue(destination.queue, topicArn, works, rooms) : undefined;
  const endpoint = destination.kind === 'sqs' ? queueArn(destination.queue, topicArn) : destination.url;
  await subscribe({ topicArn, protocol: destination.kind, endpoint }, works, rooms);
  return { topicArn, account, queueUrl: queue };
}

interface Site {
  readonly works: Works;
  readonly rooms: TopicRooms;
}

type Attributes = Readonly<Record<string, string>>;

/** The account of an ARN: `arn:aws:sns:region:account:name`. */
export function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}

export const unknownAccount = '<account-id>';

async function ensureTopic(
  name: string,
  works: Works,
  { topics, region }: TopicRooms,
): Promise<{ topicArn: string; attributes: Attributes }> {
  const found = (await topics.listTopics()).find((arn) => arn.endsWith(`:${name}`));
  if (found !== undefined) works.keep(`The SNS topic ${name} is there already.`);
  const planned = `arn:${partitionOf(region)}:sns:${region}:${unknownAccount}:${name}`;
  const topicArn =
    found ?? (await works.make(`Make the SNS topic ${name}`, () => topics.createTopic(name), planned));
  const attributes = topicArn === planned ? undefined : await topics.getTopicAttributes(topicArn);
  return { topicArn, attributes: attributes ?? {} };
}

/** Version 1 signs with SHA-1 (SNS’s default). */
async function signWithSha256(name: string, arn: string, attributes: Attributes, { works, rooms }: Site) {
  if (attributes.SignatureVersion === '2') return;
  await works.change(`Have the topic ${name} sign with SHA-256 (SignatureVersion 2)`, () =>
    rooms.topics.setTopicAttributes(arn, 'SignatureVersion', '2'),
  );
}

async function letSesPublish(arn: string, publisher: string, attributes: Attributes, { works, rooms }: Site) {
  const account = accountOf(arn);
  const source = `arn:${partitionOf(rooms.region)}:ses:${rooms.region}:${account}:${publisher}`;
  const policy = withStatement(attributes.Policy, {
    Sid: sidFor(publisher),
    Effect: 'Allow',
    Principal: { Service: 'ses.amazonaws.com' },
    Action: 'sns:Publish',
    Resource: arn,
    Condition: { StringEquals: { 'AWS:SourceAccount': account, 'AWS:SourceArn': source } },
  });
  if (policy === undefined) return;
  await works.change(`Let SES publish to the topic, for ${publisher} only`, () =>
    rooms.topics.setTopicAttributes(arn, 'Policy', policy),
  );
}

function queueArn(name: string, topicArn: string): string {
  const [arn, partition, , region, account] = topicArn.split(':');
  return [arn, partition, 'sqs', region, account, name].join(':');
}

/** Notices wait there for up to 14 days, and a reader has 5 minutes for each. */
const queueAttributes = { MessageRetentionPeriod: '1209600', VisibilityTimeout: '300' };

async function layQueue(
  name: string,
  topicArn: string,
  works: Works,
  { queues }: TopicRooms,
): Promise<string> {
  const found = await queues.getQueueUrl(name);
  const existing = found === undefined ? undefined : (await queues.getQueueAttributes(found)).Policy;
  const policy = withStatement(existing, {
    Sid: sidFor(topicArn.split(':')[5] ?? ''),
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queueArn(name, topicArn),
    Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
  });
  if (found === undefined)
    return works.make(
      `Make the SQS queue ${name}, which only this topic may fill`,
      () => queues.createQueue(name, { ...queueAttributes, ...(policy && { Policy: policy }) }),
      '',
    );
  works.keep(`The SQS queue ${name} is there already.`);
  if (policy !== undefined)
    await works.change(`Let the topic fill the queue ${name}`, () =>
      queues.setQueueAttributes(found, { Policy: policy }),
    );
  return found;
}

type Subscription = Parameters<Topics['subscribe']>[0];

async function subscribe(subscription: Subscription, works: Works, { topics }: TopicRooms): Promise<void> {
  const { topicArn, endpoint } = subscription;
  const present =
    accountOf(topicArn) === unknownAccount ? [] : await topics.listSubscriptionsByTopic(topicArn);
  const found = present.find((other) => other.endpoint === endpoint);
  if (found?.confirmed) return works.keep(`The topic leads to ${endpoint} already.`);
  await works.make(
    found ? `Ask ${endpoint} again to confirm` : `Lead the topic to ${endpoint}`,
    () => topics.subscribe(subscription),
    undefined,
  );
  if (subscription.protocol === 'https')
    works.note(`SNS now asks ${endpoint} to confirm; this app answers it.`);
}

function checkNames({ topic, destination }: TopicWishes): void {
  if (!/^[\w-]{1,256}$/.test(topic))
    throw badSetting('topic', 'a topic’s name has letters, digits, _ and - only');
  if (destination.kind === 'sqs' && !/^[\w-]{1,80}$/.test(destination.queue))
    throw badSetting('queue', 'a queue’s name has letters, digits, _ and - only, 80 at most');
  if (destination.kind === 'https' && !/^https:\/\/[^\s@]+$/i.test(destination.url))
    throw badSetting('url', 'SNS posts to a public https address only');
}
