// Objects: put, read, listed, deleted.
import { AwsError } from '../aws-error.ts';
import type { AwsWorld } from '../aws-world.ts';
import { page } from '../page.ts';
import { bucketOf } from './buckets.ts';
import { payloadOf } from './payload.ts';
import type { S3Call, S3Result } from './s3.ts';
import { type StoredObject, storedObject } from './s3-state.ts';

const metadataPrefix = 'x-amz-meta-';

export function putObject(world: AwsWorld, call: S3Call): S3Result {
  const { headers } = call.request;
  const object = storedObject(payloadOf(call.request), world.now(), headers['content-type']);
  const given = headers['x-amz-checksum-crc32'];
  if (given !== undefined && given !== object.checksum) {
    throw new AwsError('BadDigest', 'The CRC32 you specified did not match the calculated checksum.');
  }
  const metadata = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith(metadataPrefix) ? [[name.slice(metadataPrefix.length), value]] : [],
  );
  bucketOf(world, call).objects.set(call.key, { ...object, metadata: Object.fromEntries(metadata) });
  return { headers: { etag: object.etag, 'x-amz-checksum-crc32': object.checksum } };
}

export function getObject(world: AwsWorld, call: S3Call): S3Result {
  const object = objectOf(world, call);
  return { headers: headersOf(object, call), body: object.body };
}

export function headObject(world: AwsWorld, call: S3Call): S3Result {
  const object = objectOf(world, call);
  return { headers: { ...headersOf(object, call), 'content-length': `${object.body.length}` } };
}

/** Deleting what is not there is no error. */
export function deleteObject(world: AwsWorld, call: S3Call): S3Result {
  bucketOf(world, call).objects.delete(call.key);
  return { status: 204 };
}

export function listObjectsV2(world: AwsWorld, call: S3Call): S3Result {
  const { query } = call.request;
  const prefix = query.get('prefix') ?? '';
  const after = query.get('start-after') ?? '';
  const keys = [...bucketOf(world, call).objects].filter(([key]) => key.startsWith(prefix) && key > after);
  const inOrder = keys.sort(([a], [b]) => (a < b ? -1 : 1));
  const most = query.get('max-keys') ?? '1000';
  const { items, next } = page(inOrder, query.get('continuation-token') ?? undefined, most);
  const value = {
    Name: call.bucket,
    Prefix: prefix,
    KeyCount: items.length,
    MaxKeys: Number(most),
    IsTruncated: next !== undefined,
    NextContinuationToken: next,
    Contents: items.map(([Key, { at, etag, body }]) => ({
      Key,
      LastModified: new Date(at),
      ETag: etag,
      Size: body.length,
      StorageClass: 'STANDARD',
    })),
  };
  return { xml: { name: 'ListBucketResult', value } };
}

function objectOf(world: AwsWorld, call: S3Call): StoredObject {
  const object = bucketOf(world, call).objects.get(call.key);
  if (!object) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key: call.key });
  return object;
}

function headersOf(object: StoredObject, { request }: S3Call): Record<string, string> {
  const { etag, contentType, metadata, at } = object;
  const named = Object.entries(metadata).map(([name, value]) => [`${metadataPrefix}${name}`, value]);
  return {
    'content-type': contentType,
    etag,
    'last-modified': new Date(at).toUTCString(),
    'accept-ranges': 'bytes',
    ...(request.headers['x-amz-checksum-mode'] === 'ENABLED' && {
      'x-amz-checksum-crc32': object.checksum,
      'x-amz-checksum-type': 'FULL_OBJECT',
    }),
    ...Object.fromEntries(named),
  };
}
