// Operations on queues.
import type {
  CreateQueueRequest,
  CreateQueueResult,
  DeleteQueueRequest,
  GetQueueAttributesRequest,
  GetQueueAttributesResult,
  GetQueueUrlRequest,
  GetQueueUrlResult,
  PurgeQueueRequest,
  SetQueueAttributesRequest,
} from '@aws-sdk/client-sqs';
import { AwsError } from '../aws-error.ts';
import type { AwsWorld } from '../aws-world.ts';
import { isPolicy } from '../policy.ts';
import { type Queue, queueAt } from './queue.ts';

export function createQueue(
  world: AwsWorld,
  { QueueName = '', Attributes = {} }: CreateQueueRequest,
): CreateQueueResult {
  if (!/^[A-Za-z0-9_-]{1,80}(\.fifo)?$/.test(QueueName)) {
    throw new AwsError(
      'InvalidParameterValue',
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    );
  }
  const queue = world.sqs.queues.get(QueueName) ?? added(world, QueueName, Attributes);
  const differs = Object.entries(Attributes).some(([name, value]) => queue.attributes[name] !== value);
  if (differs) {
    throw new AwsError(
      'QueueNameExists',
      'A queue already exists with the same name and a different value for an attribute.',
    );
  }
  return { QueueUrl: queue.url };
}

function added(world: AwsWorld, name: string, attributes: Readonly<Record<string, string>>): Queue {
  const queue: Queue = {
    name,
    url: `${world.endpoint}/${world.accountId}/${name}`,
    arn: `arn:aws:sqs:${world.region}:${world.accountId}:${name}`,
    attributes: { ...usualAttributes },
    messages: [],
    waiting: new Set(),
  };
  setAttributes(queue, attributes);
  world.sqs.queues.set(name, queue);
  return queue;
}

const usualAttributes = {
  VisibilityTimeout: '30',
  MessageRetentionPeriod: '345600',
  MaximumMessageSize: '262144',
  DelaySeconds: '0',
  ReceiveMessageWaitTimeSeconds: '0',
};

export function deleteQueue(world: AwsWorld, { QueueUrl }: DeleteQueueRequest): object {
  world.sqs.queues.delete(queueAt(world, QueueUrl).name);
  return {};
}

export function getQueueUrl(world: AwsWorld, { QueueName }: GetQueueUrlRequest): GetQueueUrlResult {
  return { QueueUrl: queueAt(world, QueueName).url };
}

export function getQueueAttributes(
  world: AwsWorld,
  { QueueUrl, AttributeNames = [] }: GetQueueAttributesRequest,
): GetQueueAttributesResult {
  const { arn, attributes, messages } = queueAt(world, QueueUrl);
  const visible = messages.filter(({ visibleAt }) => visibleAt <= world.now()).length;
  const all: Record<string, string> = {
    QueueArn: arn,
    ApproximateNumberOfMessages: `${visible}`,
    ApproximateNumberOfMessagesNotVisible: `${messages.length - visible}`,
    ...attributes,
  };
  const wanted = (AttributeNames as string[]).includes('All') ? Object.keys(all) : AttributeNames;
  const found = wanted.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]]));
  return found.length > 0 ? { Attributes: Object.fromEntries(found) } : {};
}

export function setQueueAttributes(
  world: AwsWorld,
  { QueueUrl, Attributes = {} }: SetQueueAttributesRequest,
): object {
  setAttributes(queueAt(world, QueueUrl), Attributes);
  return {};
}

const settable = [
  ...Object.keys(usualAttributes),
  'Policy',
  'RedrivePolicy',
  'SqsManagedSseEnabled',
  'KmsMasterKeyId',
];

function setAttributes(queue: Queue, attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!settable.includes(name)) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    if (name.endsWith('Policy') && value !== '' && !isPolicy(value)) {
      throw new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
    }
    queue.attributes[name] = value;
  }
}

export function purgeQueue(world: AwsWorld, { QueueUrl }: PurgeQueueRequest): object {
  queueAt(world, QueueUrl).messages = [];
  return {};
}
