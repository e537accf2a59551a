// The bytes of an object as they are uploaded: in chunks or whole, with a checksum.
import { crc32 } from 'node:zlib';
import { AwsError } from '../aws-error.ts';
import type { AwsRequest } from '../aws-request.ts';

/** Without the chunk framing in which the SDKs upload streams. */
export function payloadOf({ headers, body }: AwsRequest): Buffer {
  if (!headers['content-encoding']?.includes('aws-chunked')) return body;
  return unchunked(body);
}

/** `hex-size[;extension] CRLF bytes CRLF … 0 CRLF trailers CRLF` */
function unchunked(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.subarray(at, lineEnd).toString('latin1'), 16);
    if (lineEnd < 0 || Number.isNaN(size)) throw incomplete();
    at = lineEnd + 2;
    if (size === 0) break;
    parts.push(body.subarray(at, at + size));
    at += size + 2;
  }
  const payload = Buffer.concat(parts);
  checkTrailer(body.subarray(at).toString('latin1'), payload);
  return payload;
}

function checkTrailer(trailer: string, payload: Buffer): void {
  const [, given] = /^x-amz-checksum-crc32:\s*(\S+)/im.exec(trailer) ?? [];
  if (given && given !== checksum(payload)) {
    throw new AwsError('BadDigest', 'The CRC32 you specified did not match the calculated checksum.');
  }
}

/** CRC-32 as S3 writes it: base64 of four bytes. */
export function checksum(payload: Buffer): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(payload));
  return bytes.toString('base64');
}

const incomplete = () => new AwsError('IncompleteBody', 'The request body terminated unexpectedly', 400);
