// What S3 keeps: buckets with their objects.
import { createHash } from 'node:crypto';
import type { PolicyDocument } from '../policy.ts';
import { checksum } from './payload.ts';

export interface Bucket {
  readonly name: string;
  readonly createdAt: number;
  policy?: PolicyDocument;
  /** XML as it was put, by `publicAccessBlock`, `lifecycle`. */
  readonly settings: Map<string, string>;
  /** By key. */
  readonly objects: Map<string, StoredObject>;
}

export interface StoredObject {
  readonly body: Buffer;
  readonly etag: string;
  /** CRC-32 in base64. */
  readonly checksum: string;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface S3State {
  readonly buckets: Map<string, Bucket>;
  /** Names that other accounts took. */
  readonly foreignBuckets: Set<string>;
}

export function storedObject(
  body: Buffer,
  at: number,
  contentType = 'application/octet-stream',
): StoredObject {
  const etag = `"${createHash('md5').update(body).digest('hex')}"`;
  return { body, etag, checksum: checksum(body), contentType, metadata: {}, at };
}
