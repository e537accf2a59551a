/** What the set-up asks of SNS, SQS and S3; named and failing as in ses-ports. */

export interface Topics {
  /** ARNs of all topics in the region. */
  listTopics(): Promise<readonly string[]>;
  /** Resolves with the ARN. */
  createTopic(name: string): Promise<string>;
  getTopicAttributes(arn: string): Promise<Readonly<Record<string, string>> | undefined>;
  setTopicAttributes(arn: string, name: string, value: string): Promise<void>;
  listSubscriptionsByTopic(arn: string): Promise<readonly TopicSubscription[]>;
  subscribe(subscription: { topicArn: string; protocol: 'https' | 'sqs'; endpoint: string }): Promise<void>;
}

export interface TopicSubscription {
  readonly protocol: string;
  readonly endpoint: string;
  /** False until the endpoint has answered SNS. */
  readonly confirmed: boolean;
}

export interface Queues {
  getQueueUrl(name: string): Promise<string | undefined>;
  createQueue(name: string, attributes: Readonly<Record<string, string>>): Promise<string>;
  getQueueAttributes(url: string): Promise<Readonly<Record<string, string>>>;
  setQueueAttributes(url: string, attributes: Readonly<Record<string, string>>): Promise<void>;
  /** Up to ten bodies; waits for up to `waitSeconds` for the first. They stay in the queue and come again. */
  receiveMessage(url: string, waitSeconds: number): Promise<readonly string[]>;
}

export interface Buckets {
  /**
   * `foreign`: the name belongs to another account, or reading it is forbidden. Anybody can make a bucket of that name
   * that everybody may read: only with `owner`, the id of the account, is `ours` certain.
   */
  headBucket(name: string, owner?: string): Promise<'ours' | 'missing' | 'foreign'>;
  createBucket(name: string): Promise<void>;
  /** True if all four switches are on. */
  getPublicAccessBlock(name: string): Promise<boolean>;
  /** All four switches. */
  putPublicAccessBlock(name: string): Promise<void>;
  /** JSON text */
  getBucketPolicy(name: string): Promise<string | undefined>;
  putBucketPolicy(name: string, policy: string): Promise<void>;
  getBucketLifecycleConfiguration(name: string): Promise<readonly LifecycleRule[]>;
  putBucketLifecycleConfiguration(name: string, rules: readonly LifecycleRule[]): Promise<void>;
  /** Newest keys need not come first. */
  listObjectsV2(bucket: string, prefix: string): Promise<readonly StoredObject[]>;
  getObject(bucket: string, key: string): Promise<Uint8Array>;
}

/** One rule as S3 gave it; those of others go back as they came. */
export interface LifecycleRule {
  readonly id: string;
  /** Set for a rule of ours: objects below `prefix` go after so many days. */
  readonly expiry?: { readonly prefix: string; readonly days: number };
  /** The whole rule in S3's own words, for a rule that is not ours. */
  readonly original?: unknown;
}

export interface StoredObject {
  readonly key: string;
  /** ms since the epoch */
  readonly at: number;
}
