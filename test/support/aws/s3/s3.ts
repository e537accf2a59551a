// S3 on the wire: REST with XML, the bucket first in the path; a table says what is which operation.
import { AwsError } from '../aws-error.ts';
import type { AwsRequest } from '../aws-request.ts';
import type { AwsWorld } from '../aws-world.ts';
import type { Answer, Service } from '../service.ts';
import { signedFor } from '../signature.ts';
import { element, type XmlValue } from '../xml.ts';
import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  getBucketPolicy,
  getSetting,
  headBucket,
  putBucketPolicy,
  putSetting,
} from './buckets.ts';
import { deleteObject, getObject, headObject, listObjectsV2, putObject } from './objects.ts';

export interface S3Call {
  readonly bucket: string;
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly request: AwsRequest;
}

export interface S3Result {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly xml?: { readonly name: string; readonly value: XmlValue };
}

interface Deed {
  readonly action: string;
  /** As policies call it. */
  readonly right: string;
  run(world: AwsWorld, call: S3Call): S3Result;
}

/** Method, `bucket` or `object`, and the sub-resource in the query. */
const deeds: Readonly<Record<string, Deed>> = {
  'PUT bucket': { action: 'CreateBucket', right: 'CreateBucket', run: createBucket },
  'HEAD bucket': { action: 'HeadBucket', right: 'ListBucket', run: headBucket },
  'DELETE bucket': { action: 'DeleteBucket', right: 'DeleteBucket', run: deleteBucket },
  'GET bucket list-type': { action: 'ListObjectsV2', right: 'ListBucket', run: listObjectsV2 },
  'GET bucket location': { action: 'GetBucketLocation', right: 'GetBucketLocation', run: getBucketLocation },
  'PUT bucket policy': { action: 'PutBucketPolicy', right: 'PutBucketPolicy', run: putBucketPolicy },
  'GET bucket policy': { action: 'GetBucketPolicy', right: 'GetBucketPolicy', run: getBucketPolicy },
  'PUT bucket publicAccessBlock': {
    action: 'PutPublicAccessBlock',
    right: 'PutBucketPublicAccessBlock',
    run: putSetting('publicAccessBlock'),
  },
  'GET bucket publicAccessBlock': {
    action: 'GetPublicAccessBlock',
    right: 'GetBucketPublicAccessBlock',
    run: getSetting('publicAccessBlock', 'NoSuchPublicAccessBlockConfiguration'),
  },
  'PUT bucket lifecycle': {
    action: 'PutBucketLifecycleConfiguration',
    right: 'PutLifecycleConfiguration',
    run: putSetting('lifecycle'),
  },
  'GET bucket lifecycle': {
    action: 'GetBucketLifecycleConfiguration',
    right: 'GetLifecycleConfiguration',
    run: getSetting('lifecycle', 'NoSuchLifecycleConfiguration'),
  },
  'PUT object': { action: 'PutObject', right: 'PutObject', run: putObject },
  'GET object': { action: 'GetObject', right: 'GetObject', run: getObject },
  'HEAD object': { action: 'HeadObject', right: 'GetObject', run: headObject },
  'DELETE object': { action: 'DeleteObject', right: 'DeleteObject', run: deleteObject },
};
const subresources = ['policy', 'publicAccessBlock', 'lifecycle', 'location', 'list-type'];

export const s3: Service = {
  name: 's3',
  refusals: {
    unsigned: ['AccessDenied', 403, 'Access Denied'],
    unknownKey: [
      'InvalidAccessKeyId',
      403,
      'The AWS Access Key Id you provided does not exist in our records.',
    ],
    wrongToken: ['InvalidToken', 400, 'The provided token is malformed or otherwise invalid.'],
    expiredToken: ['ExpiredToken', 400, 'The provided token has expired.'],
    wrongSignature: [
      'SignatureDoesNotMatch',
      403,
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    ],
    skewed: [
      'RequestTimeTooSkewed',
      403,
      'The difference between the request time and the current time is too large.',
    ],
    denied: 'AccessDenied',
  },
  takes: (request) => signedFor(request) === 's3' || signedFor(request) === undefined,
  operation(request) {
    const call = callOf(request);
    const sub = subresources.find((name) => request.query.has(name));
    const route = [request.method, call.key ? 'object' : 'bucket', ...(sub ? [sub] : [])].join(' ');
    const deed = deeds[route];
    if (!deed) throw new AwsError('NotImplemented', `The stand-in does not know ${route}.`, 501);
    const resource = call.key ? `arn:aws:s3:::${call.bucket}/${call.key}` : `arn:aws:s3:::${call.bucket}`;
    return {
      action: deed.action,
      rights: { actions: [`s3:${deed.right}`], resources: [resource] },
      run: (world) => answer(deed.run(world, call)),
    };
  },
  refuse: ({ code, status, message, members }) =>
    answer({ status, xml: { name: 'Error', value: { Code: code, Message: message, ...members } } }),
};

function callOf(request: AwsRequest): S3Call {
  const [, bucket = '', ...key] = request.path.split('/').map(decodeURIComponent);
  return { bucket, key: key.join('/'), request };
}

function answer({ status = 200, headers = {}, body = '', xml }: S3Result): Answer {
  if (!xml) return { status, headers, body };
  const text = element(xml.name, xml.value, 'flat');
  // Without its namespace the SDK does not read the place of a bucket
  const root = xml.name === 'Error' ? text : text.replace(/^<\w+/, `$& xmlns="${namespace}"`);
  const type = { 'content-type': 'application/xml' };
  return { status, headers: { ...type, ...headers }, body: `<?xml version="1.0"?>\n${root}` };
}

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
