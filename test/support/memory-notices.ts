import type { Buckets, LifecycleRule, Queues, Topics } from '../../nodes/lib/setup/ports/aws-ports.ts';
import type { MemoryState } from './memory-aws.ts';

export interface MemoryBucket {
  policy?: string;
  lifecycle: readonly LifecycleRule[];
  blocked: boolean;
  objects: Map<string, Uint8Array>;
}

/** SNS in memory. */
export function topics(state: MemoryState, region: string): Topics {
  return {
    listTopics: async () => [...state.topics.keys()],
    createTopic: async (name) => {
      const arn = `arn:aws:sns:${region}:123456789012:${name}`;
      state.topics.set(arn, { Policy: defaultTopicPolicy(arn) });
      return arn;
    },
    getTopicAttributes: async (arn) => state.topics.get(arn),
    setTopicAttributes: async (arn, name, value) => {
      const attributes = state.topics.get(arn);
      if (attributes) attributes[name] = value;
    },
    listSubscriptionsByTopic: async (arn) => state.subscriptions.filter(({ topicArn }) => topicArn === arn),
    subscribe: async (subscription) => {
      state.subscriptions.push({ ...subscription, confirmed: subscription.protocol === 'sqs' });
    },
  };
}

function defaultTopicPolicy(arn: string): string {
  const owner = {
    Sid: '__default_statement_ID',
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: ['SNS:Publish'],
  };
  return JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [{ ...owner, Resource: arn }],
  });
}

/** SQS in memory. */
export function queues(state: MemoryState): Queues {
  return {
    getQueueUrl: async (name) => (state.queues.has(name) ? name : undefined),
    createQueue: async (name, attributes) => {
      state.queues.set(name, { ...attributes });
      return name;
    },
    getQueueAttributes: async (url) => state.queues.get(url) ?? {},
    setQueueAttributes: async (url, attributes) =>
      void Object.assign(state.queues.get(url) ?? {}, attributes),
    receiveMessage: async () => state.messages.splice(0, 10),
  };
}

/** S3 in memory. */
export function buckets(state: MemoryState): Buckets {
  const bucket = (name: string): MemoryBucket => {
    const found = state.buckets.get(name);
    if (!found) throw new Error(`no bucket ${name}`);
    return found;
  };
  return {
    headBucket: async (name, owner) => {
      if (state.foreignBuckets.has(name)) return 'foreign';
      // without being asked for the owner, S3 shows what its owner shows to everybody
      if (state.squattedBuckets.has(name)) return owner === undefined ? 'ours' : 'foreign';
      return state.buckets.has(name) ? 'ours' : 'missing';
    },
    createBucket: async (name) =>
      void state.buckets.set(name, { lifecycle: [], blocked: false, objects: new Map() }),
    getPublicAccessBlock: async (name) => bucket(name).blocked,
    putPublicAccessBlock: async (name) => {
      bucket(name).blocked = true;
    },
    getBucketPolicy: async (name) => bucket(name).policy,
    putBucketPolicy: async (name, policy) => {
      bucket(name).policy = policy;
    },
    getBucketLifecycleConfiguration: async (name) => bucket(name).lifecycle,
    putBucketLifecycleConfiguration: async (name, rules) => {
      bucket(name).lifecycle = rules;
    },
    listObjectsV2: async (name, prefix) =>
      [...bucket(name).objects.keys()].filter((key) => key.startsWith(prefix)).map((key) => ({ key, at: 0 })),
    getObject: async (name, key) => bucket(name).objects.get(key) ?? new Uint8Array(),
  };
}
