// Topics: made once per name, with a policy that says who may publish.
import { randomUUID } from 'node:crypto';
import type {
  CreateTopicInput,
  CreateTopicResponse,
  DeleteTopicInput,
  GetTopicAttributesInput,
  GetTopicAttributesResponse,
  ListTopicsInput,
  ListTopicsResponse,
  PublishInput,
  PublishResponse,
  SetTopicAttributesInput,
} from '@aws-sdk/client-sns';
import { AwsError } from '../aws-error.ts';
import type { AwsWorld } from '../aws-world.ts';
import { page } from '../page.ts';
import { allows, isPolicy } from '../policy.ts';
import { deliverInBackground } from './delivery.ts';
import type { SnsMessage } from './signed-message.ts';
import type { Topic } from './sns-state.ts';

export function createTopic(
  world: AwsWorld,
  { Name = '', Attributes = {} }: CreateTopicInput,
): CreateTopicResponse {
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(Name)) throw invalid('Topic Name');
  const arn = topicArn(world, Name);
  if (!world.sns.topics.has(arn)) {
    const topic: Topic = { arn, attributes: usualAttributes(world, arn), subscriptions: [] };
    for (const [name, value] of Object.entries(Attributes)) setAttribute(topic, name, value);
    world.sns.topics.set(arn, topic);
  }
  return { TopicArn: arn };
}

export function deleteTopic({ sns }: AwsWorld, { TopicArn = '' }: DeleteTopicInput): object {
  sns.topics.delete(TopicArn);
  return {};
}

export function listTopics({ sns }: AwsWorld, { NextToken }: ListTopicsInput): ListTopicsResponse {
  const { items, next } = page([...sns.topics.keys()], NextToken);
  return { Topics: items.map((TopicArn) => ({ TopicArn })), NextToken: next };
}

export function getTopicAttributes(
  world: AwsWorld,
  { TopicArn }: GetTopicAttributesInput,
): GetTopicAttributesResponse {
  const { arn, attributes, subscriptions } = topicOf(world, TopicArn);
  const confirmed = subscriptions.filter((subscription) => subscription.confirmed).length;
  return {
    Attributes: {
      TopicArn: arn,
      Owner: world.accountId,
      SubscriptionsConfirmed: `${confirmed}`,
      SubscriptionsPending: `${subscriptions.length - confirmed}`,
      SubscriptionsDeleted: '0',
      ...attributes,
    },
  };
}

export function setTopicAttributes(world: AwsWorld, input: SetTopicAttributesInput): object {
  setAttribute(topicOf(world, input.TopicArn), input.AttributeName ?? '', input.AttributeValue ?? '');
  return {};
}

export function publish(world: AwsWorld, input: PublishInput): PublishResponse {
  const { Message = '', Subject, MessageAttributes } = input;
  const topic = topicOf(world, input.TopicArn ?? input.TargetArn);
  if (Message === '') throw invalid('Empty message');
  if (Buffer.byteLength(Message) > 262_144) throw invalid('Message too long');
  const messageId = randomUUID();
  const attributes = readAttributes(MessageAttributes);
  deliverInBackground(world, topic, { message: Message, subject: Subject, attributes, messageId });
  return { MessageId: messageId };
}

/** Whether the topic's policy lets a service publish; its owner's services may as long as nobody changed it. */
export function mayPublish(world: AwsWorld, arn: string, principal: string, sourceArn: string): boolean {
  const topic = world.sns.topics.get(arn);
  if (!topic) return false;
  return allows(JSON.parse(topic.attributes.Policy ?? '{}'), {
    principal,
    action: 'sns:Publish',
    resource: arn,
    context: {
      'aws:SourceArn': sourceArn,
      'aws:SourceAccount': world.accountId,
      'aws:SourceOwner': world.accountId,
    },
  });
}

export function topicOf({ sns }: AwsWorld, arn = ''): Topic {
  const topic = sns.topics.get(arn);
  if (!topic) throw new AwsError('NotFound', 'Topic does not exist', 404);
  return topic;
}

export function topicArn({ region, accountId }: AwsWorld, name: string): string {
  return `arn:aws:sns:${region}:${accountId}:${name}`;
}

export const invalid = (what: string) => new AwsError('InvalidParameter', `Invalid parameter: ${what}`);

function usualAttributes({ accountId }: AwsWorld, arn: string): Record<string, string> {
  const statement = {
    Sid: '__default_statement_ID',
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: ['SNS:GetTopicAttributes', 'SNS:SetTopicAttributes', 'SNS:Subscribe', 'SNS:Publish'],
    Resource: arn,
    Condition: { StringEquals: { 'AWS:SourceOwner': accountId } },
  };
  const policy = { Version: '2008-10-17', Id: '__default_policy_ID', Statement: [statement] };
  return { DisplayName: '', Policy: JSON.stringify(policy) };
}

const settable: Readonly<Record<string, (value: string) => boolean>> = {
  DisplayName: (value) => value.length <= 100,
  Policy: isPolicy,
  DeliveryPolicy: isPolicy,
  SignatureVersion: (value) => value === '1' || value === '2',
  KmsMasterKeyId: () => true,
  TracingConfig: () => true,
};

function setAttribute({ attributes }: Topic, name: string, value: string): void {
  if (!settable[name]) throw invalid('AttributeName');
  if (!settable[name](value)) throw invalid(`${name}: ${name === 'Policy' ? 'Policy Error: null' : value}`);
  attributes[name] = value;
}

/** On the wire a list of entries with Name and Value. */
function readAttributes(given: unknown): SnsMessage['MessageAttributes'] {
  if (!given) return undefined;
  const entries = given as readonly WireAttribute[];
  return Object.fromEntries(
    entries.map(({ Name, Value }) => [
      Name,
      { Type: Value.DataType, Value: Value.StringValue ?? Value.BinaryValue },
    ]),
  ) as SnsMessage['MessageAttributes'];
}

interface WireAttribute {
  readonly Name: string;
  readonly Value: { readonly DataType: string; readonly StringValue?: string; readonly BinaryValue?: string };
}
