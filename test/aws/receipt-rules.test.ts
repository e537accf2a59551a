import assert from 'node:assert/strict';
import { CreateBucketCommand, GetObjectCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import {
  AlreadyExistsException,
  CannotDeleteException,
  CloneReceiptRuleSetCommand,
  CreateReceiptRuleCommand,
  CreateReceiptRuleSetCommand,
  DeleteReceiptRuleCommand,
  DeleteReceiptRuleSetCommand,
  DescribeActiveReceiptRuleSetCommand,
  DescribeReceiptRuleCommand,
  DescribeReceiptRuleSetCommand,
  InvalidS3ConfigurationException,
  InvalidSnsTopicException,
  LimitExceededException,
  ListReceiptRuleSetsCommand,
  type ReceiptRule,
  RuleDoesNotExistException,
  RuleSetDoesNotExistException,
  SetActiveReceiptRuleSetCommand,
  SetReceiptRulePositionCommand,
  UpdateReceiptRuleCommand,
} from '@aws-sdk/client-ses';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { awsRefuses } from '../support/aws/aws-refuses.ts';
import { type SdkClients, sdkClients } from '../support/aws/sdk-clients.ts';
import { type AwsStandIn, startAws } from '../support/aws/start-aws.ts';

const RuleSetName = 'inbound';

describe('receipt rules of the AWS stand-in', () => {
  let aws: AwsStandIn;
  let sdk: SdkClients;

  beforeEach(async () => {
    aws = await startAws();
    sdk = sdkClients(aws);
    await sdk.ses.send(new CreateReceiptRuleSetCommand({ RuleSetName }));
  });

  afterEach(() => {
    sdk.destroy();
    return aws.close();
  });

  const add = (Name: string, more: Partial<ReceiptRule> = {}, After?: string) =>
    sdk.ses.send(new CreateReceiptRuleCommand({ RuleSetName, After, Rule: { Name, ...more } }));
  const look = async (name = RuleSetName) =>
    await sdk.ses.send(new DescribeReceiptRuleSetCommand({ RuleSetName: name }));
  const names = async () => (await look()).Rules?.map(({ Name }) => Name);
  const activate = (name?: string) => sdk.ses.send(new SetActiveReceiptRuleSetCommand({ RuleSetName: name }));

  it('stand in sets, of which one is active', async () => {
    const active = async () =>
      (await sdk.ses.send(new DescribeActiveReceiptRuleSetCommand({}))).Metadata?.Name;
    assert.equal(await active(), undefined);
    await activate(RuleSetName);
    assert.equal(await active(), RuleSetName);
    const remove = (name: string) => sdk.ses.send(new DeleteReceiptRuleSetCommand({ RuleSetName: name }));
    await awsRefuses(remove(RuleSetName), CannotDeleteException, /active/);
    await activate();
    assert.equal(await active(), undefined);
    await remove(RuleSetName);
    await remove(RuleSetName);
    await awsRefuses(look(), RuleSetDoesNotExistException, /inbound/);
    await awsRefuses(activate(RuleSetName), RuleSetDoesNotExistException);
  });

  it('are copied with their set, and sets are listed', async () => {
    await add('one', { Enabled: true });
    const clone = (name: string, OriginalRuleSetName = RuleSetName) =>
      sdk.ses.send(new CloneReceiptRuleSetCommand({ RuleSetName: name, OriginalRuleSetName }));
    await clone('copy');
    assert.deepEqual((await look('copy')).Rules, (await look()).Rules);
    await awsRefuses(clone('copy'), AlreadyExistsException, /already exists: copy/);
    await awsRefuses(clone('x', 'nope'), RuleSetDoesNotExistException);
    const { RuleSets } = await sdk.ses.send(new ListReceiptRuleSetsCommand({}));
    assert.deepEqual(
      RuleSets?.map(({ Name }) => Name),
      [RuleSetName, 'copy'],
    );
    assert.ok(RuleSets?.[0]?.CreatedTimestamp instanceof Date);
  });

  it('are off unless switched on, and come at the front unless placed', async () => {
    await add('one');
    await add('two', {
      Enabled: true,
      ScanEnabled: true,
      TlsPolicy: 'Require',
      Recipients: ['example.com', 'a@b.c'],
    });
    await add('three', {}, 'two');
    assert.deepEqual(await names(), ['two', 'three', 'one']);
    const rule = async (RuleName: string) =>
      (await sdk.ses.send(new DescribeReceiptRuleCommand({ RuleSetName, RuleName }))).Rule;
    assert.deepEqual(await rule('one'), {
      Name: 'one',
      Enabled: false,
      TlsPolicy: 'Optional',
      Recipients: [],
      Actions: [],
      ScanEnabled: false,
    });
    assert.deepEqual(await rule('two'), {
      Name: 'two',
      Enabled: true,
      TlsPolicy: 'Require',
      Recipients: ['example.com', 'a@b.c'],
      Actions: [],
      ScanEnabled: true,
    });
    await awsRefuses(rule('nope'), RuleDoesNotExistException);
    await awsRefuses(add('one'), AlreadyExistsException);
    await awsRefuses(add('four', {}, 'nope'), RuleDoesNotExistException);
  });

  it('are moved, changed and deleted', async () => {
    for (const name of ['c', 'b', 'a']) await add(name);
    const move = (RuleName: string, After?: string) =>
      sdk.ses.send(new SetReceiptRulePositionCommand({ RuleSetName, RuleName, After }));
    await move('a', 'c');
    assert.deepEqual(await names(), ['b', 'c', 'a']);
    await move('a');
    await move('b', 'b');
    assert.deepEqual(await names(), ['a', 'b', 'c']);
    await awsRefuses(move('a', 'nope'), RuleDoesNotExistException);
    assert.deepEqual(await names(), ['a', 'b', 'c']);
    const change = (Name: string) =>
      sdk.ses.send(
        new UpdateReceiptRuleCommand({
          RuleSetName,
          Rule: { Name, Actions: [{ StopAction: { Scope: 'RuleSet' } }] },
        }),
      );
    await change('b');
    assert.deepEqual((await look()).Rules?.[1]?.Actions, [{ StopAction: { Scope: 'RuleSet' } }]);
    await awsRefuses(change('nope'), RuleDoesNotExistException);
    const remove = () => sdk.ses.send(new DeleteReceiptRuleCommand({ RuleSetName, RuleName: 'b' }));
    await remove();
    await remove();
    assert.deepEqual(await names(), ['a', 'c']);
  });

  it('keep to the limits', async () => {
    const StopAction = { Scope: 'RuleSet' as const };
    const Actions = Array.from({ length: 11 }, () => ({ StopAction }));
    await awsRefuses(add('one', { Actions }), LimitExceededException, /actions/);
    const Recipients = Array.from({ length: 101 }, (_, at) => `r${at}@example.com`);
    await awsRefuses(add('one', { Recipients }), LimitExceededException, /recipients/);
    for (let count = 1; count < 40; count += 1) {
      await sdk.ses.send(new CreateReceiptRuleSetCommand({ RuleSetName: `set${count}` }));
    }
    await awsRefuses(
      sdk.ses.send(new CreateReceiptRuleSetCommand({ RuleSetName: 'more' })),
      LimitExceededException,
      /rule sets/,
    );
  });

  it('name a bucket only if its policy lets SES write there for this rule', async () => {
    const Bucket = 'inbound-mail';
    const S3Action = { BucketName: Bucket, ObjectKeyPrefix: 'in/' };
    const store = (name = 'store') => add(name, { Enabled: true, Actions: [{ S3Action }] });
    const letIn = (rule: string, account = '111122223333') =>
      sdk.s3.send(
        new PutBucketPolicyCommand({
          Bucket,
          Policy: JSON.stringify({
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { Service: 'ses.amazonaws.com' },
                Action: 's3:PutObject',
                Resource: `arn:aws:s3:::${Bucket}/in/*`,
                Condition: {
                  StringEquals: {
                    'AWS:SourceAccount': account,
                    'AWS:SourceArn': `arn:aws:ses:eu-central-1:111122223333:receipt-rule-set/inbound:receipt-rule/${rule}`,
                  },
                },
              },
            ],
          }),
        }),
      );
    await awsRefuses(store(), InvalidS3ConfigurationException, /^Could not write to bucket: inbound-mail$/);
    await sdk.s3.send(new CreateBucketCommand({ Bucket }));
    await awsRefuses(store(), InvalidS3ConfigurationException);
    await letIn('other');
    await awsRefuses(store(), InvalidS3ConfigurationException);
    await letIn('store', '999999999999');
    await awsRefuses(store(), InvalidS3ConfigurationException);
    await letIn('store');
    await store();
    assert.deepEqual((await look()).Rules?.[0]?.Actions, [{ S3Action }]);
    const Key = 'in/AMAZON_SES_SETUP_NOTIFICATION';
    await sdk.s3.send(new GetObjectCommand({ Bucket, Key }));
  });

  it('name a topic only if it is there', async () => {
    const notify = (TopicArn: string) =>
      add('notify', { Actions: [{ SNSAction: { TopicArn, Encoding: 'Base64' } }] });
    await awsRefuses(notify('arn:aws:sns:eu-central-1:111122223333:nope'), InvalidSnsTopicException, /nope/);
    const { TopicArn = '' } = await sdk.sns.send(new CreateTopicCommand({ Name: 'inbound' }));
    await notify(TopicArn);
  });

  it('are no operation where SES does not receive', async () => {
    const sending = await startAws({ receiving: false });
    const there = sdkClients(sending);
    const command = new DescribeActiveReceiptRuleSetCommand({});
    await awsRefuses(there.ses.send(command), 'InvalidAction', /^Unavailable Operation$/);
    there.destroy();
    await sending.close();
  });
});
