import assert from 'node:assert/strict';
import { ListBucketsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { ListReceiptRuleSetsCommand } from '@aws-sdk/client-ses';
import {
  CreateEmailIdentityCommand,
  GetAccountCommand,
  GetEmailIdentityCommand,
} from '@aws-sdk/client-sesv2';
import { GetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { awsRefuses } from '../support/aws/aws-refuses.ts';
import { type AwsOptions, testKeys } from '../support/aws/aws-world.ts';
import { type SdkClients, sdkClients } from '../support/aws/sdk-clients.ts';
import { type AwsStandIn, startAws } from '../support/aws/start-aws.ts';

const calls: Readonly<Record<string, (sdk: SdkClients) => Promise<unknown>>> = {
  'SES v2': ({ sesV2 }) => sesV2.send(new GetAccountCommand({})),
  'SES v1': ({ ses }) => ses.send(new ListReceiptRuleSetsCommand({})),
  SNS: ({ sns }) => sns.send(new GetTopicAttributesCommand({ TopicArn: 'arn:aws:sns:x' })),
  SQS: ({ sqs }) => sqs.send(new GetQueueUrlCommand({ QueueName: 'q' })),
  S3: ({ s3 }) => s3.send(new ListObjectsV2Command({ Bucket: 'bucket', Prefix: "a b/é(*)!'" })),
};

/** Error names per service, as the real ones have them. */
const refusals = [
  {
    why: 'a wrong secret',
    keys: { ...testKeys, secretAccessKey: 'wrong' },
    names: {
      'SES v2': 'InvalidSignatureException',
      'SES v1': 'SignatureDoesNotMatch',
      SNS: 'SignatureDoesNotMatch',
      SQS: 'InvalidSignatureException',
      S3: 'SignatureDoesNotMatch',
    },
    says: /^The request signature we calculated does not match/,
  },
  {
    why: 'an unknown key',
    keys: { ...testKeys, accessKeyId: 'AKIAUNKNOWN' },
    names: {
      'SES v2': 'UnrecognizedClientException',
      'SES v1': 'InvalidClientTokenId',
      SNS: 'InvalidClientTokenId',
      SQS: 'UnrecognizedClientException',
      S3: 'InvalidAccessKeyId',
    },
    says: /security token included in the request is invalid|does not exist in our records/,
  },
  {
    why: 'a session token that is not the key’s',
    keys: { ...testKeys, sessionToken: 'stray' },
    names: {
      'SES v2': 'UnrecognizedClientException',
      'SES v1': 'InvalidClientTokenId',
      SNS: 'InvalidClientTokenId',
      SQS: 'UnrecognizedClientException',
      S3: 'InvalidToken',
    },
    says: /token/,
  },
  {
    why: 'a session that is over',
    keys: { accessKeyId: 'ASIAOVER', secretAccessKey: 's', sessionToken: 'over' },
    names: {
      'SES v2': 'ExpiredTokenException',
      'SES v1': 'ExpiredToken',
      SNS: 'ExpiredToken',
      SQS: 'ExpiredTokenException',
      S3: 'ExpiredToken',
    },
    says: /expired/,
  },
] as const;

describe('signatures at the AWS stand-in', () => {
  let aws: AwsStandIn;
  let sdk: SdkClients;

  async function open(options: AwsOptions = {}, changes: object = {}): Promise<void> {
    aws = await startAws(options);
    sdk = sdkClients(aws, changes);
  }

  afterEach(() => {
    sdk.destroy();
    return aws.close();
  });

  it('hold with a session token', async () => {
    const session = { accessKeyId: 'ASIAGOOD', secretAccessKey: 's', sessionToken: 'token/+=' };
    await open({ users: [{ name: 'role', ...session }] }, { credentials: session });
    await calls['SES v2']?.(sdk);
    assert.deepEqual(
      aws.state.calls.map(({ user, action }) => `${user} ${action}`),
      ['role GetAccount'],
    );
  });

  it('hold over paths and queries that need encoding', async () => {
    await open();
    await awsRefuses(
      sdk.sesV2.send(new GetEmailIdentityCommand({ EmailIdentity: 'a+b%c/d@example.com' })),
      'NotFoundException',
    );
    await awsRefuses(calls.S3?.(sdk) ?? Promise.resolve(), 'NoSuchBucket');
  });

  for (const [name, call] of Object.entries(calls)) {
    for (const { why, keys, names, says } of refusals) {
      it(`refuses ${why} at ${name}`, async () => {
        const over = {
          name: 'over',
          accessKeyId: 'ASIAOVER',
          secretAccessKey: 's',
          sessionToken: 'over',
          expired: true,
        };
        await open({ users: [{ name: 'mailer', ...testKeys }, over] }, { credentials: keys });
        await awsRefuses(call(sdk), names[name as keyof typeof names], says);
        assert.equal(aws.state.calls.length, 0);
      });
    }

    it(`refuses a clock that is 16 minutes late at ${name}`, async () => {
      await open({ now: () => Date.now() + 16 * 60_000 });
      await awsRefuses(call(sdk), skewed(name), /now earlier than|too large/);
    });

    it(`refuses another region at ${name}`, async () => {
      await open({ region: 'us-west-2' });
      await awsRefuses(call(sdk), skewed(name, 'SignatureDoesNotMatch'), /scoped to a valid region/);
    });
  }

  it('refuses a changed body', async () => {
    await open();
    sdk.sesV2.middlewareStack.add(
      (next) => (args) => {
        const { request } = args as { request: { body?: string } };
        request.body = '{"EmailIdentity":"evil.example"}';
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    await awsRefuses(
      sdk.sesV2.send(new CreateEmailIdentityCommand({ EmailIdentity: 'good.example' })),
      'InvalidSignatureException',
    );
    assert.equal(aws.state.ses.identities.size, 0);
  });

  it('refuses what nobody signed', async () => {
    await open();
    const unsigned = [
      { path: '/v2/email/account', says: 'MissingAuthenticationTokenException', init: {} },
      {
        path: '/',
        says: 'MissingAuthenticationToken<',
        init: { method: 'POST', body: 'Action=ListReceiptRuleSets&Version=2010-12-01' },
      },
      {
        path: '/',
        says: 'MissingAuthenticationToken<',
        init: { method: 'POST', body: 'Action=CreateTopic&Version=2010-03-31&Name=x' },
      },
      {
        path: '/',
        says: 'MissingAuthenticationTokenException',
        init: { method: 'POST', headers: { 'x-amz-target': 'AmazonSQS.GetQueueUrl' }, body: '{}' },
      },
      { path: '/bucket/key', says: 'AccessDenied', init: {} },
    ];
    for (const { path, says, init } of unsigned) {
      const answer = await fetch(aws.endpoint + path, init);
      const text = JSON.stringify([...answer.headers]) + (await answer.text());
      assert.equal(answer.status, 403, path);
      assert.ok(text.includes(says), text);
    }
  });

  it('says who may not do what when an action is denied', async () => {
    await open();
    aws.state.deny.add('ses:GetAccount');
    await awsRefuses(
      calls['SES v2']?.(sdk) ?? Promise.resolve(),
      'AccessDeniedException',
      /^User: arn:aws:iam::111122223333:user\/mailer is not authorized to perform: ses:GetAccount with an explicit deny/,
    );
  });

  it('lets a user do what their policy allows, and nothing else', async () => {
    const policy = {
      Statement: [
        { Effect: 'Allow' as const, Action: ['ses:GetEmailIdentity'], Resource: '*:identity/example.com' },
        { Effect: 'Allow' as const, Action: 'ses:List*', Resource: '*' },
      ],
    };
    await open({ users: [{ name: 'narrow', ...testKeys, policy }], verified: ['example.com'] });
    await calls['SES v1']?.(sdk);
    await sdk.sesV2.send(new GetEmailIdentityCommand({ EmailIdentity: 'example.com' }));
    await awsRefuses(
      sdk.sesV2.send(new GetEmailIdentityCommand({ EmailIdentity: 'example.net' })),
      'AccessDeniedException',
      /ses:GetEmailIdentity on resource: arn:aws:ses:eu-central-1:111122223333:identity\/example\.net because/,
    );
    await awsRefuses(sdk.s3.send(new ListBucketsCommand({})), 'NotImplemented');
  });
});

/** SES v2 and SQS speak of an invalid signature where the older protocols speak of one that does not match. */
function skewed(name: string, s3 = 'RequestTimeTooSkewed'): string {
  if (name === 'S3') return s3;
  return name === 'SES v2' || name === 'SQS' ? 'InvalidSignatureException' : 'SignatureDoesNotMatch';
}
