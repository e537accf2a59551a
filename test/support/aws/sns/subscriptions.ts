// Subscriptions: an endpoint must confirm with the token that is sent to it; a queue of the account need not.
import { randomBytes, randomUUID } from 'node:crypto';
import type {
  ConfirmSubscriptionInput,
  ConfirmSubscriptionResponse,
  GetSubscriptionAttributesInput,
  GetSubscriptionAttributesResponse,
  ListSubscriptionsByTopicInput,
  ListSubscriptionsByTopicResponse,
  SetSubscriptionAttributesInput,
  SubscribeInput,
  SubscribeResponse,
  UnsubscribeInput,
} from '@aws-sdk/client-sns';
import { AwsError } from '../aws-error.ts';
import type { AwsWorld } from '../aws-world.ts';
import { page } from '../page.ts';
import { askInBackground } from './delivery.ts';
import { confirmation } from './signed-message.ts';
import type { Subscription, Topic } from './sns-state.ts';
import { invalid, topicOf } from './topics.ts';

export function subscribe(world: AwsWorld, input: SubscribeInput): SubscribeResponse {
  const topic = topicOf(world, input.TopicArn);
  const subscription = existing(topic, input) ?? added(world, topic, input);
  if (!subscription.confirmed) ask(world, topic, subscription);
  const told = subscription.confirmed || `${input.ReturnSubscriptionArn}` === 'true';
  return { SubscriptionArn: told ? subscription.arn : 'pending confirmation' };
}

export function confirmSubscription(
  world: AwsWorld,
  input: ConfirmSubscriptionInput,
): ConfirmSubscriptionResponse {
  const { TopicArn, Token, AuthenticateOnUnsubscribe } = input;
  const subscription = topicOf(world, TopicArn).subscriptions.find(({ token }) => token === Token);
  if (!subscription) throw invalid('Token');
  subscription.confirmed = true;
  if (AuthenticateOnUnsubscribe === 'true') {
    subscription.attributes.ConfirmationWasAuthenticated = 'true';
  }
  return { SubscriptionArn: subscription.arn };
}

export function unsubscribe(world: AwsWorld, { SubscriptionArn }: UnsubscribeInput): object {
  const { topic, subscription } = found(world, SubscriptionArn);
  topic.subscriptions.splice(topic.subscriptions.indexOf(subscription), 1);
  if (subscription.protocol !== 'sqs') {
    askInBackground(world, topic, subscription, confirmation(world, 'UnsubscribeConfirmation', subscription));
  }
  return {};
}

export function listSubscriptionsByTopic(
  world: AwsWorld,
  { TopicArn, NextToken }: ListSubscriptionsByTopicInput,
): ListSubscriptionsByTopicResponse {
  const { items, next } = page(topicOf(world, TopicArn).subscriptions, NextToken);
  return {
    Subscriptions: items.map(({ arn, protocol, endpoint, topicArn, confirmed }) => ({
      SubscriptionArn: confirmed ? arn : 'PendingConfirmation',
      Owner: world.accountId,
      Protocol: protocol,
      Endpoint: endpoint,
      TopicArn: topicArn,
    })),
    NextToken: next,
  };
}

export function getSubscriptionAttributes(
  world: AwsWorld,
  { SubscriptionArn }: GetSubscriptionAttributesInput,
): GetSubscriptionAttributesResponse {
  const { subscription } = found(world, SubscriptionArn);
  return {
    Attributes: {
      SubscriptionArn: subscription.arn,
      TopicArn: subscription.topicArn,
      Owner: world.accountId,
      Protocol: subscription.protocol,
      Endpoint: subscription.endpoint,
      PendingConfirmation: `${!subscription.confirmed}`,
      ...subscription.attributes,
    },
  };
}

export function setSubscriptionAttributes(world: AwsWorld, input: SetSubscriptionAttributesInput): object {
  const { AttributeName = '', AttributeValue = '' } = input;
  found(world, input.SubscriptionArn).subscription.attributes[AttributeName] = AttributeValue;
  return {};
}

function existing(
  { subscriptions }: Topic,
  { Protocol, Endpoint }: SubscribeInput,
): Subscription | undefined {
  return subscriptions.find(({ protocol, endpoint }) => protocol === Protocol && endpoint === Endpoint);
}

function added(
  { sns }: AwsWorld,
  topic: Topic,
  { Protocol, Endpoint = '', Attributes }: SubscribeInput,
): Subscription {
  const known = Protocol === 'http' || Protocol === 'https' || Protocol === 'sqs';
  if (!known) throw invalid(`Protocol: the stand-in does not know ${Protocol}`);
  const start = Protocol === 'sqs' ? 'arn:aws:sqs:' : `${Protocol}://`;
  if (!Endpoint.startsWith(start)) throw invalid('Endpoint must match the specified protocol');
  if (!sns.topics.has(topic.arn)) throw invalid('TopicArn');
  const subscription: Subscription = {
    arn: `${topic.arn}:${randomUUID()}`,
    topicArn: topic.arn,
    protocol: Protocol,
    endpoint: Endpoint,
    token: randomBytes(64).toString('hex'),
    attributes: { RawMessageDelivery: 'false', ConfirmationWasAuthenticated: 'false', ...Attributes },
    confirmed: Protocol === 'sqs',
  };
  topic.subscriptions.push(subscription);
  return subscription;
}

function ask(world: AwsWorld, topic: Topic, subscription: Subscription): void {
  askInBackground(world, topic, subscription, confirmation(world, 'SubscriptionConfirmation', subscription));
}

function found({ sns }: AwsWorld, wanted = ''): { topic: Topic; subscription: Subscription } {
  for (const topic of sns.topics.values()) {
    const subscription = topic.subscriptions.find(({ arn }) => arn === wanted);
    if (subscription) return { topic, subscription };
  }
  throw new AwsError('NotFound', 'Subscription does not exist', 404);
}
