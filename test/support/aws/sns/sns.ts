// SNS on the wire, with its two links that need no signature and the certificate that anyone may read.
import type { AwsWorld } from '../aws-world.ts';
import { formOf, queryService } from '../query-protocol.ts';
import type { Service } from '../service.ts';
import {
  confirmSubscription,
  getSubscriptionAttributes,
  listSubscriptionsByTopic,
  setSubscriptionAttributes,
  subscribe,
  unsubscribe,
} from './subscriptions.ts';
import {
  createTopic,
  deleteTopic,
  getTopicAttributes,
  listTopics,
  publish,
  setTopicAttributes,
  topicArn,
} from './topics.ts';

const signedOnly = queryService({
  name: 'sns',
  version: '2010-03-31',
  denied: 'AuthorizationError',
  deeds: [
    createTopic,
    deleteTopic,
    listTopics,
    getTopicAttributes,
    setTopicAttributes,
    publish,
    subscribe,
    confirmSubscription,
    unsubscribe,
    listSubscriptionsByTopic,
    getSubscriptionAttributes,
    setSubscriptionAttributes,
  ],
  rightsOf: (world, action, input) => ({
    actions: [`sns:${action}`],
    resources: [resourceOf(world, input)],
  }),
});

const links = ['ConfirmSubscription', 'Unsubscribe'];

export const sns: Service = {
  ...signedOnly,
  takes: (request) => signedOnly.takes(request) || isLink(formOf(request).get('Action'), request.method),
  isOpen: (request) => isLink(formOf(request).get('Action'), request.method),
};

function isLink(action: string | null, method: string): boolean {
  return method === 'GET' && action !== null && links.includes(action);
}

function resourceOf(world: AwsWorld, input: Readonly<Record<string, unknown>>): string {
  const { TopicArn, TargetArn, SubscriptionArn, Name } = input;
  if (typeof Name === 'string') return topicArn(world, Name);
  if (typeof SubscriptionArn === 'string') return SubscriptionArn.split(':').slice(0, 6).join(':');
  return `${TopicArn ?? TargetArn ?? '*'}`;
}
