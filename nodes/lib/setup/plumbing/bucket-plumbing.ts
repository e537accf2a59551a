/** A bucket that nobody but SES, by our rule, may write into, and that forgets by itself. */

import type { Buckets, LifecycleRule } from '../ports/aws-ports.ts';
import { partitionOf } from '../regions.ts';
import { setupRefused } from '../setup-refused.ts';
import type { Works } from '../works.ts';
import type { InboundWishes } from './inbound-wishes.ts';
import { withStatement } from './resource-policy.ts';
import { unknownAccount } from './topic-plumbing.ts';

export interface BucketWriter {
  /** ARN of the receipt rule. */
  readonly source: string;
  readonly account: string;
}

interface BucketRooms {
  readonly buckets: Buckets;
  readonly region: string;
}

export async function layBucket(
  wishes: InboundWishes,
  writer: BucketWriter,
  works: Works,
  rooms: BucketRooms,
): Promise<void> {
  const { buckets } = rooms;
  const { bucket } = wishes;
  const owner = writer.account === unknownAccount ? undefined : writer.account;
  const state = await buckets.headBucket(bucket, owner);
  if (state === 'foreign')
    throw setupRefused(
      `the bucket ${bucket} belongs to another account, lies in another region, or may not be seen with these keys; choose another name`,
      'bucket',
    );
  const isThere = state === 'ours';
  if (isThere) works.keep(`The S3 bucket ${bucket} is there already.`);
  else await works.make(`Make the S3 bucket ${bucket}`, () => buckets.createBucket(bucket), undefined);
  if (isThere && (await buckets.getPublicAccessBlock(bucket)))
    works.keep(`${bucket} is closed to the public already.`);
  else await works.change(`Block all public access to ${bucket}`, () => buckets.putPublicAccessBlock(bucket));
  await letSesWrite(wishes, writer, isThere, { works, rooms });
  await expire(wishes, isThere, { works, rooms });
}

interface Site {
  readonly works: Works;
  readonly rooms: BucketRooms;
}

/** Both conditions, so that no other account's SES can write here (confused deputy). */
async function letSesWrite(
  { bucket, prefix }: InboundWishes,
  { source, account }: BucketWriter,
  isThere: boolean,
  { works, rooms }: Site,
): Promise<void> {
  const existing = isThere ? await rooms.buckets.getBucketPolicy(bucket) : undefined;
  const policy = withStatement(existing, {
    Sid: 'EmailAppSes',
    Effect: 'Allow',
    Principal: { Service: 'ses.amazonaws.com' },
    Action: 's3:PutObject',
    Resource: `arn:${partitionOf(rooms.region)}:s3:::${bucket}/${prefix}*`,
    Condition: { StringEquals: { 'AWS:SourceAccount': account, 'AWS:SourceArn': source } },
  });
  if (policy === undefined) return works.keep(`SES may write to ${bucket} already.`);
  await works.change(`Let SES write below ${bucket}/${prefix}, by our rule only`, () =>
    rooms.buckets.putBucketPolicy(bucket, policy),
  );
}

/** Other rules of the bucket stay: S3 replaces them all at once. */
async function expire(
  { bucket, prefix, expiryDays: days }: InboundWishes,
  isThere: boolean,
  { works, rooms }: Site,
) {
  const id = 'email-app-expiry';
  const rules = isThere ? await rooms.buckets.getBucketLifecycleConfiguration(bucket) : [];
  const ours = rules.find((rule) => rule.id === id)?.expiry;
  if (ours?.days === days && ours.prefix === prefix)
    return works.keep(`Mails in ${bucket} go after ${days} days already.`);
  const wanted: LifecycleRule[] = [
    ...rules.filter((rule) => rule.id !== id),
    { id, expiry: { prefix, days } },
  ];
  await works.change(`Delete mails in ${bucket} after ${days} days`, () =>
    rooms.buckets.putBucketLifecycleConfiguration(bucket, wanted),
  );
}
