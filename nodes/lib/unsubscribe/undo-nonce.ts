/** Proof that a form was made by a page of ours, for this token, with these choices, and lately. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AppKey, KeyRing } from '../keys/key-ring.ts';
import type { FormKind } from './one-click-request.ts';

export interface NonceScope {
  readonly action: FormKind;
  readonly token: string;
  /** Ids of the lists that the form speaks of, in order: places in it mean nothing else. */
  readonly lists: readonly string[];
}

const purpose = 'page-nonce';

/** `now` in ms since the epoch. `<key id>.<seconds in base 36>.<HMAC-SHA-256 in base64url>` */
export function issueNonce(scope: NonceScope, now: number, keys: KeyRing): string {
  const key = keys.current(purpose);
  const seconds = Math.floor(now / 1000);
  return `${key.id}.${seconds.toString(36)}.${sign(scope, seconds, key).toString('base64url')}`;
}

/**
 * The time at which this ring issued it for this scope (ms since the epoch), undefined if it did not.
 * The caller decides what is too old.
 */
export function nonceTime(nonce: string, scope: NonceScope, keys: KeyRing): number | undefined {
  const [, id = '', time = '', mac = ''] = /^([a-z0-9]{4})\.([a-z0-9]{1,9})\.([\w-]{43})$/.exec(nonce) ?? [];
  const key = keys.find(purpose, id);
  if (!key) return undefined;
  const seconds = Number.parseInt(time, 36);
  return timingSafeEqual(Buffer.from(mac, 'base64url'), sign(scope, seconds, key))
    ? seconds * 1000
    : undefined;
}

function sign({ action, token, lists }: NonceScope, seconds: number, key: AppKey): Buffer {
  const signed = JSON.stringify([action, token, lists, seconds]);
  return createHmac('sha256', key.secret).update(signed).digest();
}
