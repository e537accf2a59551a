// What SNS keeps: topics, who listens to them, and what was delivered.

export interface SnsOptions {
  /** Base of the certificate's and the links' addresses in messages; as the real ones by default. */
  readonly snsUrl?: string;
  /** Milliseconds between tries of a delivery (20 s in the real one); 20 by default. */
  readonly snsRetryDelay?: number;
}

export interface Topic {
  readonly arn: string;
  readonly attributes: Record<string, string>;
  readonly subscriptions: Subscription[];
}

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: 'http' | 'https' | 'sqs';
  readonly endpoint: string;
  readonly token: string;
  readonly attributes: Record<string, string>;
  confirmed: boolean;
}

/** One try to hand a message to a subscriber. */
export interface Delivery {
  readonly type: MessageType;
  readonly endpoint: string;
  readonly messageId: string;
  /** HTTP status; 0 when nobody answered. For a queue 200, or 403 when its policy forbids it. */
  readonly status: number;
}

export type MessageType = 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';

export interface SnsState {
  readonly url: string;
  readonly retryDelay: number;
  readonly topics: Map<string, Topic>;
  readonly deliveries: Delivery[];
}

export function newSnsState({ snsUrl, snsRetryDelay }: SnsOptions, region: string): SnsState {
  return {
    url: snsUrl ?? `https://sns.${region}.amazonaws.com`,
    retryDelay: snsRetryDelay ?? 20,
    topics: new Map(),
    deliveries: [],
  };
}
