// Buckets: who owns them, their policy, and settings that are handed back as they were put.
import { AwsError } from '../aws-error.ts';
import type { AwsWorld } from '../aws-world.ts';
import { allows, type PolicyDocument } from '../policy.ts';
import type { S3Call, S3Result } from './s3.ts';
import type { Bucket } from './s3-state.ts';

export function createBucket({ s3, region, now }: AwsWorld, { bucket, request }: S3Call): S3Result {
  const [, place] = /<LocationConstraint>([^<]*)</.exec(request.body.toString()) ?? [];
  if ((place ?? 'us-east-1') !== region) {
    throw new AwsError(
      'IllegalLocationConstraintException',
      `The ${place ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  }
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.');
  }
  if (s3.foreignBuckets.has(bucket)) {
    throw new AwsError(
      'BucketAlreadyExists',
      'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
      409,
    );
  }
  if (s3.buckets.has(bucket)) {
    throw new AwsError(
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
      409,
    );
  }
  s3.buckets.set(bucket, { name: bucket, createdAt: now(), settings: new Map(), objects: new Map() });
  return { headers: { location: `/${bucket}` } };
}

export function headBucket(world: AwsWorld, call: S3Call): S3Result {
  bucketOf(world, call);
  return { headers: { 'x-amz-bucket-region': world.region } };
}

export function deleteBucket(world: AwsWorld, call: S3Call): S3Result {
  if (bucketOf(world, call).objects.size > 0) {
    throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);
  }
  world.s3.buckets.delete(call.bucket);
  return { status: 204 };
}

export function putBucketPolicy(world: AwsWorld, call: S3Call): S3Result {
  const bucket = bucketOf(world, call);
  const policy = readPolicy(call.request.body.toString());
  const resources = [policy.Statement].flat().flatMap(({ Resource = [] }) => Resource);
  const arn = `arn:aws:s3:::${bucket.name}`;
  if (resources.length === 0 || !resources.every((one) => one === arn || one.startsWith(`${arn}/`))) {
    throw new AwsError('MalformedPolicy', 'Policy has invalid resource');
  }
  bucket.policy = policy;
  return { status: 204 };
}

function readPolicy(text: string): PolicyDocument {
  try {
    const policy = JSON.parse(text);
    if (policy.Statement) return policy;
  } catch {} // the same refusal
  throw new AwsError('MalformedPolicy', "Policies must be valid JSON and the first byte must be '{'");
}

export function getBucketPolicy(world: AwsWorld, call: S3Call): S3Result {
  const { policy } = bucketOf(world, call);
  if (!policy) throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404);
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(policy) };
}

export function getBucketLocation(world: AwsWorld, call: S3Call): S3Result {
  bucketOf(world, call);
  return { xml: { name: 'LocationConstraint', value: world.region } };
}

/** What was put is well-formed if the SDK wrote it; it comes back byte for byte. */
export function putSetting(name: string, status = 200) {
  return (world: AwsWorld, call: S3Call): S3Result => {
    bucketOf(world, call).settings.set(name, call.request.body.toString());
    return { status };
  };
}

export function getSetting(name: string, missing: string) {
  return (world: AwsWorld, call: S3Call): S3Result => {
    const xml = bucketOf(world, call).settings.get(name);
    if (xml === undefined) throw new AwsError(missing, `The ${name} configuration does not exist`, 404);
    return { headers: { 'content-type': 'application/xml' }, body: xml };
  };
}

export function bucketOf({ s3 }: AwsWorld, { bucket }: Pick<S3Call, 'bucket'>): Bucket {
  if (s3.foreignBuckets.has(bucket)) throw new AwsError('AccessDenied', 'Access Denied', 403);
  const found = s3.buckets.get(bucket);
  if (!found) {
    throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: bucket });
  }
  return found;
}

/** Whether another service may put an object there, by the bucket's policy. */
export function mayPut(world: AwsWorld, bucketName: string, key: string, sourceArn: string): boolean {
  const policy = world.s3.buckets.get(bucketName)?.policy;
  if (!policy) return false;
  return allows(policy, {
    principal: 'ses.amazonaws.com',
    action: 's3:PutObject',
    resource: `arn:aws:s3:::${bucketName}/${key}`,
    context: {
      'aws:SourceArn': sourceArn,
      'aws:SourceAccount': world.accountId,
      'aws:Referer': world.accountId,
    },
  });
}
