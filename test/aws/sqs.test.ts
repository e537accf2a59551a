import assert from 'node:assert/strict';
import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  InvalidAttributeName,
  InvalidAttributeValue,
  MessageNotInflight,
  PurgeQueueCommand,
  QueueDoesNotExist,
  QueueNameExists,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { awsRefuses } from '../support/aws/aws-refuses.ts';
import { type SdkClients, sdkClients } from '../support/aws/sdk-clients.ts';
import { type AwsStandIn, startAws } from '../support/aws/start-aws.ts';

describe('SQS of the AWS stand-in', () => {
  let aws: AwsStandIn;
  let sdk: SdkClients;
  let QueueUrl: string;
  let later: number;

  beforeEach(async () => {
    later = 0;
    aws = await startAws({ now: () => Date.now() + later });
    sdk = sdkClients(aws);
    QueueUrl = (await sdk.sqs.send(new CreateQueueCommand({ QueueName: 'mail' }))).QueueUrl ?? '';
  });

  afterEach(() => {
    sdk.destroy();
    return aws.close();
  });

  const put = (MessageBody: string, more = {}) =>
    sdk.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
  const take = async (more = {}) =>
    (await sdk.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more })))
      .Messages ?? [];
  const set = (Attributes: Record<string, string>) =>
    sdk.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
  const attributes = async () =>
    (await sdk.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes;

  it('makes a queue once per name and attributes', async () => {
    const again = (Attributes?: Record<string, string>) =>
      sdk.sqs.send(new CreateQueueCommand({ QueueName: 'mail', Attributes }));
    assert.equal((await again()).QueueUrl, QueueUrl);
    await awsRefuses(again({ VisibilityTimeout: '1' }), QueueNameExists);
    const url = (QueueName: string) => sdk.sqs.send(new GetQueueUrlCommand({ QueueName }));
    assert.equal((await url('mail')).QueueUrl, QueueUrl);
    await awsRefuses(url('nope'), QueueDoesNotExist);
    await sdk.sqs.send(new DeleteQueueCommand({ QueueUrl }));
    await awsRefuses(attributes(), QueueDoesNotExist);
  });

  it('keeps attributes that queues have, and no others', async () => {
    await set({ VisibilityTimeout: '7', Policy: '{"Statement":[]}' });
    const found = await attributes();
    assert.equal(found?.VisibilityTimeout, '7');
    assert.equal(found?.Policy, '{"Statement":[]}');
    assert.equal(found?.QueueArn, 'arn:aws:sqs:eu-central-1:111122223333:mail');
    await awsRefuses(set({ Colour: 'red' }), InvalidAttributeName);
    await awsRefuses(set({ Policy: 'no' }), InvalidAttributeValue);
  });

  it('hides a message that is read, and shows it again later', async () => {
    await put('é', { MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } } });
    const [first] = await take({ MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All'] });
    assert.equal(first?.Body, 'é');
    assert.equal(first?.Attributes?.ApproximateReceiveCount, '1');
    assert.equal(first?.MessageAttributes?.kind?.StringValue, 'x');
    assert.deepEqual(await take(), []);
    later += 31_000;
    const [second] = await take({ AttributeNames: ['ApproximateReceiveCount'] });
    assert.equal(second?.MessageId, first?.MessageId);
    assert.deepEqual(second?.Attributes, { ApproximateReceiveCount: '2' });
  });

  it('deletes by the newest handle', async () => {
    await put('one');
    const [first] = await take({ VisibilityTimeout: 0 });
    const [second] = await take();
    const remove = (ReceiptHandle?: string) =>
      sdk.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    await remove(first?.ReceiptHandle);
    assert.equal((await attributes())?.ApproximateNumberOfMessagesNotVisible, '1');
    await remove(second?.ReceiptHandle);
    assert.equal((await attributes())?.ApproximateNumberOfMessagesNotVisible, '0');
    await awsRefuses(remove('handle'), ReceiptHandleIsInvalid);
    await put('two');
    const [{ ReceiptHandle } = {}] = await take();
    const batch = new DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'a', ReceiptHandle }] });
    assert.deepEqual((await sdk.sqs.send(batch)).Successful, [{ Id: 'a' }]);
    assert.equal((await attributes())?.ApproximateNumberOfMessagesNotVisible, '0');
  });

  it('changes for how long a message is hidden', async () => {
    await put('one');
    const [{ ReceiptHandle } = {}] = await take();
    const hide = (VisibilityTimeout: number) =>
      sdk.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
    await hide(100);
    later += 60_000;
    assert.deepEqual(await take(), []);
    await hide(0);
    await awsRefuses(hide(10), MessageNotInflight);
    assert.equal((await take()).length, 1);
  });

  it('waits for a message as long as it is asked to', async () => {
    const waiting = take({ WaitTimeSeconds: 5 });
    await put('came');
    assert.equal((await waiting)[0]?.Body, 'came');
    const started = Date.now();
    assert.deepEqual(await take({ WaitTimeSeconds: 1 }), []);
    assert.ok(Date.now() - started >= 950);
  });

  it('hands no message to a reader who hung up', async () => {
    const hangUp = new AbortController();
    const waiting = sdk.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }), {
      abortSignal: hangUp.signal,
    });
    const readers = () => aws.state.sqs.queues.get('mail')?.waiting.size;
    while (readers() === 0) await new Promise(setImmediate);
    hangUp.abort();
    await assert.rejects(waiting, /abort/i);
    while (readers() === 1) await new Promise(setImmediate);
    await put('still there');
    assert.equal((await take()).length, 1);
  });

  it('puts what was read too often into the dead-letter queue', async () => {
    await sdk.sqs.send(new CreateQueueCommand({ QueueName: 'dead' }));
    await set({
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: 'arn:aws:sqs:eu-central-1:111122223333:dead',
        maxReceiveCount: 2,
      }),
    });
    await put('poison');
    for (let count = 0; count < 3; count += 1) await take({ VisibilityTimeout: 0 });
    assert.equal(aws.state.sqs.queues.get('mail')?.messages.length, 0);
    assert.equal(aws.state.sqs.queues.get('dead')?.messages[0]?.body, 'poison');
  });

  it('is emptied', async () => {
    await put('one');
    await sdk.sqs.send(new PurgeQueueCommand({ QueueUrl }));
    assert.deepEqual(await take(), []);
  });

  it('takes messages of a topic that its policy lets in', async () => {
    const { TopicArn = '' } = await sdk.sns.send(new CreateTopicCommand({ Name: 'events' }));
    const Endpoint = (await attributes())?.QueueArn;
    await sdk.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
    await aws.state.publish(TopicArn, 'kept out');
    const letIn = (source: string) =>
      set({
        Policy: JSON.stringify({
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'sns.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: Endpoint,
              Condition: { ArnEquals: { 'aws:SourceArn': source } },
            },
          ],
        }),
      });
    await letIn(`${TopicArn}x`);
    await aws.state.publish(TopicArn, 'kept out');
    await letIn(TopicArn);
    await aws.state.publish(TopicArn, 'let in');
    const messages = await take();
    assert.deepEqual(
      messages.map(({ Body }) => JSON.parse(Body ?? '').Message),
      ['let in'],
    );
    assert.deepEqual(
      aws.state.sns.deliveries.map(({ status }) => status),
      [403, 403, 200],
    );
  });
});
