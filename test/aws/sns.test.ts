import assert from 'node:assert/strict';
import { verify, X509Certificate } from 'node:crypto';
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  InvalidParameterException,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  NotFoundException,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { awsRefuses } from '../support/aws/aws-refuses.ts';
import { type Listener, openListener } from '../support/aws/listener.ts';
import { type SdkClients, sdkClients } from '../support/aws/sdk-clients.ts';
import { type AwsStandIn, startAws } from '../support/aws/start-aws.ts';

describe('SNS of the AWS stand-in', () => {
  let aws: AwsStandIn;
  let sdk: SdkClients;
  let listener: Listener;
  let TopicArn: string;

  beforeEach(async () => {
    aws = await startAws({ snsRetryDelay: 1 });
    sdk = sdkClients(aws);
    listener = await openListener();
    TopicArn = (await sdk.sns.send(new CreateTopicCommand({ Name: 'events' }))).TopicArn ?? '';
  });

  afterEach(async () => {
    sdk.destroy();
    await listener.close();
    await aws.close();
  });

  const subscribe = (more = {}) =>
    sdk.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: listener.url, ...more }));
  const heard = (at: number) => JSON.parse(listener.heard[at]?.body ?? '{}');
  const setTopic = (AttributeName: string, AttributeValue: string) =>
    sdk.sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }));
  const attributes = async () => (await sdk.sns.send(new GetTopicAttributesCommand({ TopicArn }))).Attributes;

  async function confirmed(more = {}): Promise<string> {
    await subscribe(more);
    await aws.state.settled();
    const { SubscriptionArn = '' } = await sdk.sns.send(
      new ConfirmSubscriptionCommand({ TopicArn, Token: heard(0).Token, AuthenticateOnUnsubscribe: 'true' }),
    );
    return SubscriptionArn;
  }

  it('makes a topic once per name', async () => {
    assert.equal(TopicArn, 'arn:aws:sns:eu-central-1:111122223333:events');
    await setTopic('DisplayName', 'Mine');
    const again = await sdk.sns.send(new CreateTopicCommand({ Name: 'events' }));
    assert.equal(again.TopicArn, TopicArn);
    assert.equal((await attributes())?.DisplayName, 'Mine');
    await awsRefuses(sdk.sns.send(new CreateTopicCommand({ Name: 'a b' })), InvalidParameterException);
    const { Topics } = await sdk.sns.send(new ListTopicsCommand({}));
    assert.deepEqual(Topics, [{ TopicArn }]);
    await sdk.sns.send(new DeleteTopicCommand({ TopicArn }));
    await awsRefuses(attributes(), NotFoundException, /Topic does not exist/);
  });

  it('keeps attributes that topics have, and no others', async () => {
    const Policy = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: '<&">', Principal: '*' }] });
    await setTopic('Policy', Policy);
    await setTopic('SignatureVersion', '2');
    const found = await attributes();
    assert.equal(found?.Policy, Policy);
    assert.equal(found?.SignatureVersion, '2');
    assert.equal(found?.Owner, '111122223333');
    await awsRefuses(setTopic('Policy', 'no'), InvalidParameterException, /Policy/);
    await awsRefuses(setTopic('Colour', 'red'), InvalidParameterException, /AttributeName/);
  });

  it('posts a confirmation, and nothing else until it is confirmed', async () => {
    const { SubscriptionArn } = await subscribe();
    assert.equal(SubscriptionArn, 'pending confirmation');
    await aws.state.publish(TopicArn, 'too early');
    await aws.state.settled();
    assert.equal(listener.heard.length, 1);
    const headers = listener.heard[0]?.headers;
    assert.equal(headers?.['x-amz-sns-message-type'], 'SubscriptionConfirmation');
    assert.equal(headers?.['x-amz-sns-topic-arn'], TopicArn);
    assert.equal(headers?.['content-type'], 'text/plain; charset=UTF-8');
    assert.match(
      heard(0).SubscribeURL,
      /^https:\/\/sns\.eu-central-1\.amazonaws\.com\/\?Action=ConfirmSubscription&/,
    );
    const wrong = new ConfirmSubscriptionCommand({ TopicArn, Token: 'guess' });
    await awsRefuses(sdk.sns.send(wrong), InvalidParameterException, /Token/);
  });

  it('confirms by the link too, without a signature', async () => {
    await subscribe();
    await aws.state.settled();
    const { search } = new URL(heard(0).SubscribeURL);
    const answer = await fetch(`${aws.endpoint}/${search}`);
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /<SubscriptionArn>arn:aws:sns:/);
  });

  for (const [version, digest] of [
    ['1', 'sha1'],
    ['2', 'sha256'],
  ] as const) {
    it(`signs messages in version ${version}, as the SNS guide sets out`, async () => {
      await setTopic('SignatureVersion', version);
      await confirmed();
      await aws.state.publish(TopicArn, 'grüezi\n', 'Hi');
      const certificate = await fetch(aws.endpoint + new URL(heard(1).SigningCertURL).pathname);
      const { publicKey, subject } = new X509Certificate(await certificate.text());
      assert.match(subject, /CN=sns\.amazonaws\.com/);
      const signed = (message: Record<string, string>, names: string[]) => {
        const text = names.map((name) => `${name}\n${message[name]}\n`).join('');
        return verify(digest, Buffer.from(text), publicKey, Buffer.from(`${message.Signature}`, 'base64'));
      };
      const usual = ['MessageId', 'Timestamp', 'TopicArn', 'Type'];
      const asked = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
      assert.equal(heard(1).SignatureVersion, version);
      assert.ok(signed(heard(0), asked));
      assert.ok(signed(heard(1), ['Message', 'MessageId', 'Subject', ...usual.slice(1)]));
      assert.ok(
        !signed({ ...heard(1), Message: 'x' }, ['Message', 'MessageId', 'Subject', ...usual.slice(1)]),
      );
    });
  }

  it('tries again after 5xx, and not after 4xx', async () => {
    await confirmed();
    listener.answers.push(500, 503, 200);
    await aws.state.publish(TopicArn, 'one');
    listener.answers.push(400);
    await aws.state.publish(TopicArn, 'two');
    assert.deepEqual(
      aws.state.sns.deliveries.map(({ status }) => status),
      [200, 500, 503, 200, 400],
    );
    const ids = listener.heard.slice(1, 4).map((_, at) => heard(at + 1).MessageId);
    assert.equal(new Set(ids).size, 1);
  });

  it('gives up an endpoint that is not there', async () => {
    await subscribe({ Endpoint: 'http://127.0.0.1:9/' });
    await aws.state.settled();
    assert.deepEqual(
      aws.state.sns.deliveries.map(({ status }) => status),
      [0, 0, 0, 0],
    );
  });

  it('publishes to those who confirmed, raw when they ask for it', async () => {
    const SubscriptionArn = await confirmed();
    const publish = (more = {}) => sdk.sns.send(new PublishCommand({ TopicArn, Message: 'one', ...more }));
    const { MessageId } = await publish({
      Subject: 'S',
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } },
    });
    await aws.state.settled();
    assert.equal(heard(1).MessageId, MessageId);
    assert.deepEqual(heard(1).MessageAttributes, { kind: { Type: 'String', Value: 'x' } });
    assert.equal(listener.heard[1]?.headers['x-amz-sns-subscription-arn'], SubscriptionArn);
    await sdk.sns.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn,
        AttributeName: 'RawMessageDelivery',
        AttributeValue: 'true',
      }),
    );
    await publish({ Message: 'two' });
    await aws.state.settled();
    assert.equal(listener.heard[2]?.body, 'two');
    assert.equal(listener.heard[2]?.headers['x-amz-sns-rawdelivery'], 'true');
    await awsRefuses(publish({ Message: 'x'.repeat(262_145) }), InvalidParameterException, /too long/);
    await awsRefuses(publish({ TopicArn: `${TopicArn}x` }), NotFoundException);
  });

  it('lists subscriptions, tells about one and ends it', async () => {
    const list = async () =>
      (await sdk.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions ?? [];
    await subscribe();
    assert.equal((await list())[0]?.SubscriptionArn, 'PendingConfirmation');
    await aws.state.settled();
    const { SubscriptionArn } = await sdk.sns.send(
      new ConfirmSubscriptionCommand({ TopicArn, Token: heard(0).Token }),
    );
    assert.deepEqual(await list(), [
      { SubscriptionArn, Owner: '111122223333', Protocol: 'http', Endpoint: listener.url, TopicArn },
    ]);
    const { Attributes } = await sdk.sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    assert.equal(Attributes?.PendingConfirmation, 'false');
    await sdk.sns.send(new UnsubscribeCommand({ SubscriptionArn }));
    await aws.state.settled();
    assert.deepEqual(await list(), []);
    assert.equal(heard(1).Type, 'UnsubscribeConfirmation');
  });

  it('refuses an endpoint that does not fit its protocol', async () => {
    await awsRefuses(
      subscribe({ Protocol: 'https' }),
      InvalidParameterException,
      /match the specified protocol/,
    );
    await awsRefuses(subscribe({ Protocol: 'sms' }), InvalidParameterException);
    const asked = await subscribe({ ReturnSubscriptionArn: true });
    assert.match(asked.SubscriptionArn ?? '', /^arn:aws:sns:.*:events:/);
  });
});
