import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import {
  BucketAlreadyExists,
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchBucket,
  NoSuchKey,
  NotFound,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { awsRefuses } from '../support/aws/aws-refuses.ts';
import { type SdkClients, sdkClients } from '../support/aws/sdk-clients.ts';
import { type AwsStandIn, startAws } from '../support/aws/start-aws.ts';

const Bucket = 'inbound-mail';

describe('S3 of the AWS stand-in', () => {
  let aws: AwsStandIn;
  let sdk: SdkClients;

  beforeEach(async () => {
    aws = await startAws();
    sdk = sdkClients(aws);
    await sdk.s3.send(new CreateBucketCommand({ Bucket }));
  });

  afterEach(() => {
    sdk.destroy();
    return aws.close();
  });

  const put = (Key: string, Body: string | Buffer | Readable, more = {}) =>
    sdk.s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
  const get = async (Key: string) => {
    const { Body } = await sdk.s3.send(new GetObjectCommand({ Bucket, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  };

  it('makes a bucket in its region, once, unless somebody has the name', async () => {
    await awsRefuses(sdk.s3.send(new CreateBucketCommand({ Bucket })), BucketAlreadyOwnedByYou);
    aws.state.s3.foreignBuckets.add('taken');
    await awsRefuses(sdk.s3.send(new CreateBucketCommand({ Bucket: 'taken' })), BucketAlreadyExists);
    const elsewhere = { LocationConstraint: 'us-west-2' as const };
    await awsRefuses(
      sdk.s3.send(new CreateBucketCommand({ Bucket: 'other', CreateBucketConfiguration: elsewhere })),
      'IllegalLocationConstraintException',
    );
    const { BucketRegion } = await sdk.s3.send(new HeadBucketCommand({ Bucket }));
    assert.equal(BucketRegion, 'eu-central-1');
    await awsRefuses(sdk.s3.send(new HeadBucketCommand({ Bucket: 'nope' })), NotFound);
    const { LocationConstraint } = await sdk.s3.send(new GetBucketLocationCommand({ Bucket }));
    assert.equal(LocationConstraint, 'eu-central-1');
    await sdk.s3.send(new DeleteBucketCommand({ Bucket }));
    await awsRefuses(get('x'), NoSuchBucket);
  });

  it('keeps a policy for its own resources', async () => {
    const look = () => sdk.s3.send(new GetBucketPolicyCommand({ Bucket }));
    const putPolicy = (Policy: string) => sdk.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    await awsRefuses(look(), 'NoSuchBucketPolicy');
    await awsRefuses(putPolicy('{'), 'MalformedPolicy');
    const policy = (Resource: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'ses.amazonaws.com' }, Action: 's3:PutObject', Resource },
        ],
      });
    await awsRefuses(putPolicy(policy('arn:aws:s3:::other/*')), 'MalformedPolicy', /invalid resource/);
    await putPolicy(policy(`arn:aws:s3:::${Bucket}/*`));
    assert.equal((await look()).Policy, policy(`arn:aws:s3:::${Bucket}/*`));
  });

  it('keeps the block of public access and the lifecycle', async () => {
    const blocked = {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    };
    await awsRefuses(
      sdk.s3.send(new GetPublicAccessBlockCommand({ Bucket })),
      'NoSuchPublicAccessBlockConfiguration',
    );
    await sdk.s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: blocked }));
    const { PublicAccessBlockConfiguration } = await sdk.s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    assert.deepEqual(PublicAccessBlockConfiguration, blocked);
    const rule = {
      ID: 'mail',
      Status: 'Enabled' as const,
      Filter: { Prefix: 'in/' },
      Expiration: { Days: 30 },
    };
    await sdk.s3.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [rule] } }),
    );
    const { Rules } = await sdk.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    assert.deepEqual(Rules, [rule]);
  });

  it('keeps objects with what is said about them', async () => {
    await put('in/é x', 'body', { ContentType: 'message/rfc822', Metadata: { kind: 'mail' } });
    const { ContentType, ContentLength, Metadata, ETag } = await sdk.s3.send(
      new HeadObjectCommand({ Bucket, Key: 'in/é x' }),
    );
    assert.deepEqual([ContentType, ContentLength, Metadata], ['message/rfc822', 4, { kind: 'mail' }]);
    assert.equal(ETag, '"841a2d689ad86bd1611447453c22c6fc"');
    assert.equal((await get('in/é x')).toString(), 'body');
    await awsRefuses(get('nope'), NoSuchKey);
    await awsRefuses(sdk.s3.send(new HeadObjectCommand({ Bucket, Key: 'nope' })), NotFound);
    await sdk.s3.send(new DeleteObjectCommand({ Bucket, Key: 'in/é x' }));
    await sdk.s3.send(new DeleteObjectCommand({ Bucket, Key: 'in/é x' }));
    await awsRefuses(get('in/é x'), NoSuchKey);
  });

  it('takes a stream in chunks with its checksum behind it', async () => {
    const bytes = Buffer.alloc(300_000, 'mail');
    await put('stream', Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)]), {
      ContentLength: bytes.length,
    });
    assert.ok((await get('stream')).equals(bytes));
  });

  it('refuses bytes that do not fit their checksum', async () => {
    await awsRefuses(put('x', 'body', { ChecksumCRC32: 'AAAAAA==' }), 'BadDigest', /CRC32/);
  });

  it('lists objects in order and in pages', async () => {
    for (const key of ['in/b', 'in/a', 'out/c', 'in/c']) await put(key, key);
    const list = (more = {}) =>
      sdk.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'in/', MaxKeys: 2, ...more }));
    const first = await list();
    const second = await list({ ContinuationToken: first.NextContinuationToken });
    assert.deepEqual(
      [first, second].map(({ Contents, IsTruncated }) => [Contents?.map(({ Key }) => Key), IsTruncated]),
      [
        [['in/a', 'in/b'], true],
        [['in/c'], false],
      ],
    );
    assert.equal(first.Contents?.[0]?.Size, 4);
    assert.ok(first.Contents?.[0]?.LastModified instanceof Date);
    assert.equal((await list({ Prefix: 'none' })).KeyCount, 0);
  });
});
