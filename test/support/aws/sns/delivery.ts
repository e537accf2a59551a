// Hands messages to subscribers: a signed POST with tries, or a message in a queue whose policy lets SNS in.
import { type AwsWorld, inBackground } from '../aws-world.ts';
import { allows } from '../policy.ts';
import { enqueue, queueOf } from '../sqs/queue.ts';
import { notification, type Publication, type SnsMessage, signed, type Unsigned } from './signed-message.ts';
import type { Subscription, Topic } from './sns-state.ts';

/** Deliveries at most to one HTTP endpoint. */
const tries = 4;

/** To everyone who confirmed; resolves when each has it or was given up. */
export async function deliver(world: AwsWorld, topic: Topic, given: Publication): Promise<void> {
  const listeners = topic.subscriptions.filter(({ confirmed }) => confirmed);
  await Promise.all(
    listeners.map(async (subscription) => {
      const raw = subscription.attributes.RawMessageDelivery === 'true';
      const message = signed(world, topic, notification(world, given, subscription));
      if (subscription.protocol === 'sqs') toQueue(world, subscription, message, raw);
      else await toEndpoint(world, subscription, message, raw);
    }),
  );
}

export function deliverInBackground(world: AwsWorld, topic: Topic, given: Publication): void {
  inBackground(world, deliver(world, topic, given));
}

/** A confirmation goes to those who have not confirmed. */
export function askInBackground(
  world: AwsWorld,
  topic: Topic,
  subscription: Subscription,
  message: Unsigned,
): void {
  inBackground(world, toEndpoint(world, subscription, signed(world, topic, message), false));
}

function toQueue(
  world: AwsWorld,
  { endpoint, topicArn }: Subscription,
  message: SnsMessage,
  raw: boolean,
): void {
  const queue = queueOf(world, endpoint.split(':').at(-1) ?? '');
  const policy = queue?.attributes.Policy;
  const may =
    policy !== undefined &&
    allows(JSON.parse(policy), {
      principal: 'sns.amazonaws.com',
      action: 'sqs:SendMessage',
      resource: endpoint,
      context: { 'aws:SourceArn': topicArn, 'aws:SourceAccount': world.accountId },
    });
  if (queue && may) enqueue(world, queue, { body: raw ? message.Message : JSON.stringify(message) });
  note(world, endpoint, message, may ? 200 : 403);
}

async function toEndpoint(
  world: AwsWorld,
  subscription: Subscription,
  message: SnsMessage,
  raw: boolean,
): Promise<void> {
  for (let attempt = 1; attempt <= tries && !world.closing.aborted; attempt += 1) {
    const status = await post(world, subscription, message, raw);
    note(world, subscription.endpoint, message, status);
    if (status >= 200 && status < 500) return;
    await new Promise((waited) => setTimeout(waited, world.sns.retryDelay));
  }
}

async function post(
  { closing }: AwsWorld,
  { endpoint, arn, topicArn }: Subscription,
  message: SnsMessage,
  raw: boolean,
): Promise<number> {
  const headers = {
    'content-type': 'text/plain; charset=UTF-8',
    'user-agent': 'Amazon Simple Notification Service Agent',
    'x-amz-sns-message-type': message.Type,
    'x-amz-sns-message-id': message.MessageId,
    'x-amz-sns-topic-arn': topicArn,
    ...(message.Type !== 'SubscriptionConfirmation' && { 'x-amz-sns-subscription-arn': arn }),
    ...(raw && { 'x-amz-sns-rawdelivery': 'true' }),
  };
  const body = raw ? message.Message : JSON.stringify(message, null, 2);
  try {
    const signal = AbortSignal.any([closing, AbortSignal.timeout(15_000)]);
    const answer = await fetch(endpoint, { method: 'POST', headers, body, redirect: 'manual', signal });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
}

function note({ sns }: AwsWorld, endpoint: string, message: SnsMessage, status: number): void {
  sns.deliveries.push({ type: message.Type, endpoint, messageId: message.MessageId, status });
}
