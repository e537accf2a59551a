/** From a request to the fingerprint that tells whether two requests with one idempotency key ask for the same mail. */
import { createHash } from 'node:crypto';
import { serialize } from 'node:v8';
import type { SendRequest } from './send-fields.ts';

/**
 * SHA-256, hex. Times are left out: `validity` counts from the moment of asking, so a repeated request would never
 * look the same.
 */
export function requestFingerprint(request: SendRequest): string {
  const { sendAt: _sendAt, expireAt: _expireAt, idempotencyKey: _key, ...asked } = request;
  return createHash('sha256').update(serialize(asked)).digest('hex');
}
