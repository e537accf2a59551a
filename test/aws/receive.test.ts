import assert from 'node:assert/strict';
import { CreateBucketCommand, GetObjectCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import {
  CreateReceiptRuleCommand,
  CreateReceiptRuleSetCommand,
  type ReceiptRule,
  SetActiveReceiptRuleSetCommand,
} from '@aws-sdk/client-ses';
import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { type SdkClients, sdkClients } from '../support/aws/sdk-clients.ts';
import { type AwsStandIn, startAws } from '../support/aws/start-aws.ts';

const Bucket = 'inbound-mail';
const RuleSetName = 'inbound';
const raw = Buffer.from(
  'From: Ann <ann@example.org>\r\nTo: Shop <shop@example.com>\r\nMessage-ID: <1@example.org>\r\nSubject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHello\r\n',
);

describe('receiving at the AWS stand-in', () => {
  let aws: AwsStandIn;
  let sdk: SdkClients;
  let TopicArn: string;

  beforeEach(async () => {
    aws = await startAws({ verified: ['example.com'] });
    sdk = sdkClients(aws);
    await sdk.s3.send(new CreateBucketCommand({ Bucket }));
    const allow = (Service: string, Action: string, Resource: string) =>
      JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { Service }, Action, Resource }] });
    const Policy = allow('ses.amazonaws.com', 's3:PutObject', `arn:aws:s3:::${Bucket}/*`);
    await sdk.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    TopicArn = (await sdk.sns.send(new CreateTopicCommand({ Name: 'inbound' }))).TopicArn ?? '';
    const Endpoint = 'arn:aws:sqs:eu-central-1:111122223333:inbound';
    const Attributes = { Policy: allow('sns.amazonaws.com', 'sqs:SendMessage', Endpoint) };
    await sdk.sqs.send(new CreateQueueCommand({ QueueName: 'inbound', Attributes }));
    await sdk.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
    await sdk.ses.send(new CreateReceiptRuleSetCommand({ RuleSetName }));
    await sdk.ses.send(new SetActiveReceiptRuleSetCommand({ RuleSetName }));
  });

  afterEach(() => {
    sdk.destroy();
    return aws.close();
  });

  const rule = (more: Partial<ReceiptRule>, Name = 'mail') =>
    sdk.ses.send(new CreateReceiptRuleCommand({ RuleSetName, Rule: { Name, Enabled: true, ...more } }));
  const store = () => ({ S3Action: { BucketName: Bucket, ObjectKeyPrefix: 'in/', TopicArn } });
  const told = () =>
    (aws.state.sqs.queues.get('inbound')?.messages ?? []).map(({ body }) =>
      JSON.parse(JSON.parse(body).Message),
    );

  it('stores the mail and tells where', async () => {
    await rule({ Actions: [store()], ScanEnabled: true });
    const { messageId, stored } = await aws.state.receive(raw, {
      recipients: ['shop@example.com', 'x@elsewhere.example'],
      from: 'bounces@example.org',
      verdicts: { dmarc: 'FAIL' },
    });
    assert.deepEqual(stored, [{ bucket: Bucket, key: `in/${messageId}` }]);
    const { Body } = await sdk.s3.send(new GetObjectCommand({ Bucket, Key: `in/${messageId}` }));
    const text = await Body?.transformToString();
    assert.match(text ?? '', /^Return-Path: <bounces@example\.org>\r\nReceived: /);
    assert.ok(text?.endsWith(raw.toString()));
    const [{ notificationType, mail, receipt, content }] = told();
    assert.equal(notificationType, 'Received');
    assert.equal(mail.messageId, messageId);
    assert.equal(mail.source, 'bounces@example.org');
    assert.equal(mail.commonHeaders.messageId, '<1@example.org>');
    assert.deepEqual(receipt.recipients, ['shop@example.com']);
    assert.deepEqual(receipt.spamVerdict, { status: 'PASS' });
    assert.deepEqual(receipt.dmarcVerdict, { status: 'FAIL' });
    assert.equal(receipt.dmarcPolicy, 'reject');
    assert.deepEqual(receipt.action, {
      type: 'S3',
      topicArn: TopicArn,
      bucketName: Bucket,
      objectKeyPrefix: 'in/',
      objectKey: `in/${messageId}`,
    });
    assert.equal(content, undefined);
  });

  it('sends small mail along in an SNS action, and bounces larger mail', async () => {
    await rule({ Actions: [{ SNSAction: { TopicArn, Encoding: 'Base64' } }] });
    await aws.state.receive(raw, { recipients: ['shop@example.com'] });
    const [{ receipt, content }] = told();
    assert.ok(Buffer.from(content, 'base64').toString().endsWith('Hello\r\n'));
    assert.equal(receipt.action.encoding, 'BASE64');
    assert.deepEqual(receipt.spamVerdict, { status: 'DISABLED' });
    const large = Buffer.concat([raw, Buffer.alloc(150 * 1024, 'x')]);
    const { bounced } = await aws.state.receive(large, { recipients: ['shop@example.com'] });
    assert.match(bounced ?? '', /^552/);
    assert.equal(told().length, 1);
  });

  const cases: { why: string; recipients: string[]; to: string; taken: boolean }[] = [
    { why: 'every verified domain', recipients: [], to: 'a@example.com', taken: true },
    { why: 'verified domains only', recipients: [], to: 'a@example.net', taken: false },
    { why: 'an address', recipients: ['Shop@example.com'], to: 'shop@EXAMPLE.com', taken: true },
    {
      why: 'an address with a label',
      recipients: ['shop@example.com'],
      to: 'shop+1@example.com',
      taken: true,
    },
    { why: 'another address', recipients: ['shop@example.com'], to: 'info@example.com', taken: false },
    { why: 'a domain', recipients: ['example.com'], to: 'a@example.com', taken: true },
    {
      why: 'a domain without those below it',
      recipients: ['example.com'],
      to: 'a@b.example.com',
      taken: false,
    },
    { why: 'all domains below', recipients: ['.example.com'], to: 'a@b.example.com', taken: true },
  ];
  for (const { why, recipients, to, taken } of cases) {
    it(`fits a rule for ${why}: ${to} ${taken ? 'is' : 'is not'} taken`, async () => {
      await rule({ Actions: [store()], Recipients: recipients });
      const { stored, bounced } = await aws.state.receive(raw, { recipients: [to] });
      assert.equal(stored.length, taken ? 1 : 0);
      assert.equal(bounced === undefined, taken);
    });
  }

  it('goes through the rules in order until one stops it', async () => {
    await rule({ Actions: [store()] }, 'last');
    await rule({ Actions: [store(), { StopAction: { Scope: 'RuleSet' } }] }, 'first');
    await rule({ Actions: [store()], Enabled: false }, 'off');
    assert.equal((await aws.state.receive(raw, { recipients: ['shop@example.com'] })).stored.length, 1);
  });

  it('bounces when no rule is active, or a rule says so', async () => {
    const at = { recipients: ['shop@example.com'] };
    assert.match((await aws.state.receive(raw, at)).bounced ?? '', /^550/);
    const BounceAction = { SmtpReplyCode: '550', Message: 'Gone', Sender: 'mailer@example.com' };
    await rule({ Actions: [{ BounceAction }] });
    assert.equal((await aws.state.receive(raw, at)).bounced, '550 Gone');
  });
});
