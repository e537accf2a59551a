/** The set-up’s port to S3, over the AWS clients. */
import type * as S3 from '@aws-sdk/client-s3';
import type { AwsClients } from '../../aws/aws-clients.ts';
import { EmailError } from '../../kernel/errors.ts';
import type { Buckets, LifecycleRule } from './aws-ports.ts';
import { ifThere } from './if-there.ts';

export function bucketsOverAws(s3: AwsClients['s3'], region: string): Buckets {
  return {
    headBucket: (name, owner) => lookFor(s3, { Bucket: name, ExpectedBucketOwner: owner }),
    async createBucket(name) {
      await s3('CreateBucket', { Bucket: name, ...placeOf(region) });
    },
    async getPublicAccessBlock(name) {
      const given = await ifThere(s3('GetPublicAccessBlock', { Bucket: name }));
      const block: Record<string, boolean | undefined> = { ...given?.PublicAccessBlockConfiguration };
      return Object.keys(allBlocked).every((name) => block[name]);
    },
    async putPublicAccessBlock(name) {
      await s3('PutPublicAccessBlock', { Bucket: name, PublicAccessBlockConfiguration: allBlocked });
    },
    getBucketPolicy: async (name) => (await ifThere(s3('GetBucketPolicy', { Bucket: name })))?.Policy,
    async putBucketPolicy(name, policy) {
      await s3('PutBucketPolicy', { Bucket: name, Policy: policy });
    },
    async getBucketLifecycleConfiguration(name) {
      const given = await ifThere(s3('GetBucketLifecycleConfiguration', { Bucket: name }));
      return (given?.Rules ?? []).map(readRule);
    },
    async putBucketLifecycleConfiguration(name, rules) {
      await s3('PutBucketLifecycleConfiguration', {
        Bucket: name,
        LifecycleConfiguration: { Rules: rules.map(writeRule) },
      });
    },
    listObjectsV2: (bucket, prefix) => listNewest(s3, bucket, prefix),
    async getObject(bucket, key) {
      const { Body } = await s3('GetObject', { Bucket: bucket, Key: key });
      return Body ? Body.transformToByteArray() : new Uint8Array();
    },
  };
}

const allBlocked = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

/** S3 names us-east-1 by naming nothing. */
function placeOf(region: string): Pick<S3.CreateBucketRequest, 'CreateBucketConfiguration'> {
  if (region === 'us-east-1') return {};
  return { CreateBucketConfiguration: { LocationConstraint: region as S3.BucketLocationConstraint } };
}

/** Without a body S3 says no more than its status: 403 for the bucket of another, 301 for one in another region. */
async function lookFor(
  s3: AwsClients['s3'],
  bucket: S3.HeadBucketRequest,
): ReturnType<Buckets['headBucket']> {
  try {
    return (await ifThere(s3('HeadBucket', bucket))) ? 'ours' : 'missing';
  } catch (thrown) {
    if (!(thrown instanceof EmailError)) throw thrown;
    const { status } = thrown.detail;
    if (status === 404) return 'missing';
    if (status === 403 || status === 301 || thrown.code === 'aws-denied') return 'foreign';
    throw thrown;
  }
}

function readRule(rule: S3.LifecycleRule): LifecycleRule {
  const prefix = rule.Filter?.Prefix ?? rule.Prefix;
  const days = rule.Expiration?.Days;
  const expiry =
    prefix !== undefined && days !== undefined && rule.Status === 'Enabled' ? { prefix, days } : undefined;
  return { id: rule.ID ?? '', expiry, original: rule };
}

function writeRule({ id, expiry, original }: LifecycleRule): S3.LifecycleRule {
  if (original !== undefined) return original as S3.LifecycleRule;
  return {
    ID: id,
    Status: 'Enabled',
    Filter: { Prefix: expiry?.prefix ?? '' },
    Expiration: { Days: expiry?.days },
  };
}

/** S3 lists by name, not by age, so all pages are read, up to 20,000 objects. */
const mostPages = 20;

async function listNewest(s3: AwsClients['s3'], bucket: string, prefix: string) {
  const objects: { key: string; at: number }[] = [];
  let next: string | undefined;
  for (let count = 0; count < mostPages; count += 1) {
    const page = await s3('ListObjectsV2', { Bucket: bucket, Prefix: prefix, ContinuationToken: next });
    for (const { Key = '', LastModified } of page.Contents ?? [])
      objects.push({ key: Key, at: LastModified?.getTime() ?? 0 });
    next = page.NextContinuationToken;
    if (!next) break;
  }
  return objects.sort((one, other) => other.at - one.at);
}
