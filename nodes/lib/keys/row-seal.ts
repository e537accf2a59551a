/** What a row keeps of people and words comes in; bytes that only this app's keys open come out, and the way back. */
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  randomFillSync,
} from 'node:crypto';
import { EmailError } from '../kernel/errors.ts';
import type { AppKey, KeyRing } from './key-ring.ts';

export interface RowSeal {
  /** Never the same bytes twice, and `sealOverhead` longer. */
  seal(plain: Uint8Array): Uint8Array;
  /** Throws EmailError `row-unreadable` for whatever was not sealed at this place with a key of this ring. */
  open(sealed: Uint8Array): Buffer;
}

/** Of the first byte: what is no text and nothing that `v8.serialize` makes begins with it. */
const version = 1;
const idLength = 4;
const headLength = 1 + idLength;
const nonceLength = 12;
const tagLength = 16;
const cipherName = 'aes-256-gcm';
const options = { authTagLength: tagLength };

/** Bytes. */
export const sealOverhead = headLength + nonceLength + tagLength;

/**
 * Version (1 byte), key id (4), random nonce (12), AES-256-GCM ciphertext, tag (16); `place` (the app's id and what is
 * kept there) is authenticated beside the first two, so that it opens nowhere else. With random nonces one key is good
 * for 2^32 rows (NIST SP 800-38D 8.3); retired keys open what they sealed.
 */
export function rowSeal(keys: Pick<KeyRing, 'current' | 'find'>, place: string): RowSeal {
  const keyOf = rememberedKeys(place);
  const nextNonce = nonces();
  return {
    seal(plain) {
      const { head, bound, object } = keyOf(keys.current('rows'));
      const nonce = nextNonce();
      const cipher = createCipheriv(cipherName, object, nonce, options);
      cipher.setAAD(bound);
      const body = cipher.update(plain);
      cipher.final();
      const sealed = Buffer.allocUnsafe(body.length + sealOverhead);
      sealed.set(head);
      sealed.set(nonce, headLength);
      sealed.set(body, headLength + nonceLength);
      sealed.set(cipher.getAuthTag(), sealed.length - tagLength);
      return sealed;
    },
    open(given) {
      const sealed = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
      const key = keys.find('rows', sealed.toString('latin1', 1, headLength));
      if (!key || sealed[0] !== version || sealed.length < sealOverhead) throw unreadable(place);
      const { bound, object } = keyOf(key);
      const begin = headLength + nonceLength;
      const decipher = createDecipheriv(cipherName, object, sealed.subarray(headLength, begin), options);
      decipher.setAAD(bound);
      decipher.setAuthTag(sealed.subarray(-tagLength));
      const plain = decipher.update(sealed.subarray(begin, -tagLength));
      try {
        decipher.final();
      } catch {
        throw unreadable(place);
      }
      return plain;
    },
  };
}

/** False for what was kept in the clear before there was a seal. */
export function isSealed(bytes: Uint8Array): boolean {
  return bytes[0] === version;
}

function unreadable(place: string): EmailError {
  return new EmailError('row-unreadable', { detail: { value: place } });
}

interface ReadyKey {
  readonly head: Buffer;
  readonly bound: Buffer;
  readonly object: KeyObject;
}

/** Given bytes, Node takes longer to make them a key than to seal a row with it. */
function rememberedKeys(place: string): (key: AppKey) => ReadyKey {
  const known = new Map<string, ReadyKey>();
  return ({ id, secret }) => {
    const found = known.get(id);
    if (found) return found;
    const head = Buffer.from(`${String.fromCharCode(version)}${id}`, 'latin1');
    const bound = Buffer.concat([head, Buffer.from(place)]);
    const made = { head, bound, object: createSecretKey(secret) };
    known.set(id, made);
    return made;
  };
}

/** Drawn by the hundred: each draw costs as much as sealing a row. */
function nonces(): () => Buffer {
  const drawn = Buffer.allocUnsafeSlow(256 * nonceLength);
  let at = drawn.length;
  return () => {
    if (at === drawn.length) {
      randomFillSync(drawn);
      at = 0;
    }
    at += nonceLength;
    return drawn.subarray(at - nonceLength, at);
  };
}
