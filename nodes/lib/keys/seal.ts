/** Bytes go in; an opaque text that only this app's keys of one purpose open comes out, and the way back. */
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { AppKey, KeyPurpose, KeyRing } from './key-ring.ts';

export interface Seal {
  readonly purpose: KeyPurpose;
  /** Of what is sealed: one byte, in the clear. */
  readonly version: number;
  readonly appId: string;
  /** Characters; nothing longer is decoded. */
  readonly longest: number;
}

const idLength = 4;
const headLength = 1 + idLength;
const nonceLength = 12;
const tagLength = 16;

/**
 * base64url of: version (1 byte), key id (4), nonce (12), AES-256-GCM ciphertext, tag (16); the app id is
 * authenticated beside them, so that what another app sealed does not open. The same bytes give the same text.
 */
export function sealBytes(
  plain: Uint8Array,
  { purpose, version, appId }: Omit<Seal, 'longest'>,
  keys: KeyRing,
) {
  const key = keys.current(purpose);
  const head = Buffer.concat([Uint8Array.of(version), Buffer.from(key.id, 'latin1')]);
  const nonce = nonceFor(plain, appId, key);
  const cipher = createCipheriv('aes-256-gcm', keyObject(key), nonce, { authTagLength: tagLength });
  cipher.setAAD(boundTo(head, appId));
  const sealed = [head, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(sealed).toString('base64url');
}

/** Undefined for whatever `sealBytes` did not make with this seal and a key of this ring; never throws. */
export function openBytes(token: string, seal: Seal, keys: KeyRing): Buffer | undefined {
  if (token.length > seal.longest) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  // Decoding overlooks stray characters and spare bits; a token has one spelling only.
  if (bytes.toString('base64url') !== token) return undefined;
  if (bytes.length <= headLength + nonceLength + tagLength || bytes[0] !== seal.version) return undefined;
  const key = keys.find(seal.purpose, bytes.toString('latin1', 1, headLength));
  return key && decrypt(bytes, key, seal.appId);
}

function decrypt(bytes: Buffer, key: AppKey, appId: string): Buffer | undefined {
  const body = headLength + nonceLength;
  const nonce = bytes.subarray(headLength, body);
  const decipher = createDecipheriv('aes-256-gcm', keyObject(key), nonce, { authTagLength: tagLength });
  decipher.setAAD(boundTo(bytes.subarray(0, headLength), appId));
  decipher.setAuthTag(bytes.subarray(-tagLength));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(body, -tagLength)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/**
 * Made from what is sealed, as in RFC 5297: two different tokens share a nonce no sooner than by chance in 2^48,
 * whatever the machine's randomness is worth. The text before it keeps this use of the key apart.
 */
function nonceFor(plain: Uint8Array, appId: string, key: AppKey): Buffer {
  const hash = createHmac('sha256', keyObject(key)).update(`nonce\0${appId}\0`).update(plain).digest();
  return hash.subarray(0, nonceLength);
}

const keyObjects = new WeakMap<AppKey, KeyObject>();

/** Given bytes, Node takes 10 µs at every call to find out that they are no key object. */
function keyObject(key: AppKey): KeyObject {
  const known = keyObjects.get(key);
  if (known) return known;
  const made = createSecretKey(key.secret);
  keyObjects.set(key, made);
  return made;
}

function boundTo(head: Uint8Array, appId: string): Buffer {
  return Buffer.concat([head, Buffer.from(appId)]);
}
