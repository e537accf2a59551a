/** The set-up’s ports to SNS and SQS, over the AWS clients. */
import type { AwsClients } from '../../aws/aws-clients.ts';
import type { Queues, Topics } from './aws-ports.ts';
import { allPages, ifThere } from './if-there.ts';

export function topicsOverAws(sns: AwsClients['sns']): Topics {
  return {
    listTopics: () =>
      allPages(async (next) => {
        const given = await sns('ListTopics', { NextToken: next });
        return { items: (given.Topics ?? []).map(({ TopicArn }) => TopicArn ?? ''), next: given.NextToken };
      }),
    createTopic: async (name) => (await sns('CreateTopic', { Name: name })).TopicArn ?? '',
    getTopicAttributes: async (arn) =>
      (await ifThere(sns('GetTopicAttributes', { TopicArn: arn })))?.Attributes,
    async setTopicAttributes(arn, name, value) {
      await sns('SetTopicAttributes', { TopicArn: arn, AttributeName: name, AttributeValue: value });
    },
    listSubscriptionsByTopic: (arn) =>
      allPages(async (next) => {
        const given = await sns('ListSubscriptionsByTopic', { TopicArn: arn, NextToken: next });
        const items = (given.Subscriptions ?? []).map(
          ({ Protocol = '', Endpoint = '', SubscriptionArn = '' }) => ({
            protocol: Protocol,
            endpoint: Endpoint,
            confirmed: SubscriptionArn.startsWith('arn:'),
          }),
        );
        return { items, next: given.NextToken };
      }),
    async subscribe({ topicArn, protocol, endpoint }) {
      await sns('Subscribe', { TopicArn: topicArn, Protocol: protocol, Endpoint: endpoint });
    },
  };
}

export function queuesOverAws(sqs: AwsClients['sqs']): Queues {
  return {
    getQueueUrl: async (name) => (await ifThere(sqs('GetQueueUrl', { QueueName: name })))?.QueueUrl,
    createQueue: async (name, attributes) =>
      (await sqs('CreateQueue', { QueueName: name, Attributes: attributes })).QueueUrl ?? '',
    getQueueAttributes: async (url) =>
      (await sqs('GetQueueAttributes', { QueueUrl: url, AttributeNames: ['All'] })).Attributes ?? {},
    async setQueueAttributes(url, attributes) {
      await sqs('SetQueueAttributes', { QueueUrl: url, Attributes: attributes });
    },
    async receiveMessage(url, waitSeconds) {
      const given = await sqs('ReceiveMessage', {
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: waitSeconds,
        VisibilityTimeout: visibleAgain,
      });
      return (given.Messages ?? []).map(({ Body = '' }) => Body);
    },
  };
}

/** Seconds: what was only looked at is soon there for the app itself. */
const visibleAgain = 5;
