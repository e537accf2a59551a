/** Who may be unsubscribed from what goes in; an opaque text for links and headers comes out, and the way back. */
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { EmailError } from '../kernel/errors.ts';
import type { AppKey, KeyRing } from '../keys/key-ring.ts';

export interface TokenClaims {
  readonly appId: string;
  /** A checked address. */
  readonly address: string;
  /** Without it the token is for all mail of the app. */
  readonly listTopic?: string;
  /** Of the mail that carries the token. */
  readonly emailId: string;
}

const purpose = 'unsubscribe-token';
const version = 1;
const idLength = 4;
const headLength = 1 + idLength;
const nonceLength = 12;
const tagLength = 16;
/** Nothing longer is decoded. */
const longestToken = 800;

/**
 * base64url of: version (1 byte), key id (4), nonce (12), AES-256-GCM ciphertext, tag (16); the app id is
 * authenticated beside them, so that a token of another app does not open. It does not expire. The same claims give
 * the same token. At most 400 characters for an address of 254 and a topic of 24, when the email id is a UUID.
 * Throws EmailError `unsafe-characters` for what is not printable ASCII.
 */
export function sealToken({ appId, ...claims }: TokenClaims, keys: KeyRing): string {
  const key = keys.current(purpose);
  const head = Buffer.concat([Uint8Array.of(version), Buffer.from(key.id, 'latin1')]);
  const plain = packClaims(claims);
  const nonce = nonceFor(plain, appId, key);
  const cipher = createCipheriv('aes-256-gcm', key.secret, nonce, { authTagLength: tagLength });
  cipher.setAAD(boundTo(head, appId));
  const sealed = [head, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(sealed).toString('base64url');
}

/** Undefined for whatever `sealToken` did not make for this app with a key of this ring; never throws. */
export function openToken(token: string, keys: KeyRing, appId: string): TokenClaims | undefined {
  if (token.length > longestToken) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  // Decoding overlooks stray characters and spare bits; a token has one spelling only.
  if (bytes.toString('base64url') !== token) return undefined;
  if (bytes.length <= headLength + nonceLength + tagLength || bytes[0] !== version) return undefined;
  const key = keys.find(purpose, bytes.toString('latin1', 1, headLength));
  const plain = key && decrypt(bytes, key, appId);
  return plain && { appId, ...unpackClaims(plain) };
}

function decrypt(bytes: Buffer, key: AppKey, appId: string): Buffer | undefined {
  const body = headLength + nonceLength;
  const nonce = bytes.subarray(headLength, body);
  const decipher = createDecipheriv('aes-256-gcm', key.secret, nonce, { authTagLength: tagLength });
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
function nonceFor(plain: Buffer, appId: string, key: AppKey): Buffer {
  const hash = createHmac('sha256', key.secret).update(`nonce\0${appId}\0`).update(plain).digest();
  return hash.subarray(0, nonceLength);
}

function boundTo(head: Uint8Array, appId: string): Buffer {
  return Buffer.concat([head, Buffer.from(appId)]);
}

type PackedClaims = Omit<TokenClaims, 'appId'>;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A mark, a UUID in 16 bytes if the mark is 1, then address, topic and any other id in 7 bits a character. */
function packClaims({ address, listTopic = '', emailId }: PackedClaims): Buffer {
  const isUuid = uuid.test(emailId);
  const id = Buffer.from(isUuid ? emailId.replaceAll('-', '') : '', 'hex');
  const texts = packAscii([address, listTopic, isUuid ? '' : emailId].join('\n'));
  return Buffer.concat([Uint8Array.of(isUuid ? 1 : 0), id, texts]);
}

function unpackClaims(plain: Buffer): PackedClaims {
  const isUuid = plain[0] === 1;
  const texts = isUuid ? 17 : 1;
  const [address = '', listTopic, id = ''] = unpackAscii(plain.subarray(texts)).split('\n');
  const emailId = isUuid ? dashed(plain.toString('hex', 1, texts)) : id;
  return listTopic ? { address, listTopic, emailId } : { address, emailId };
}

function dashed(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Seven bits a character, the first in the highest bits; spare bits at the end are zero. */
function packAscii(text: string): Buffer {
  if (/[^\n\x20-\x7e]/.test(text)) throw new EmailError('unsafe-characters', { field: 'address' });
  const packed = Buffer.alloc(Math.ceil((text.length * 7) / 8));
  let [bits, count, at] = [0, 0, 0];
  for (const byte of Buffer.from(text, 'latin1')) {
    bits = ((bits << 7) | byte) & 0x7fff;
    count += 7;
    if (count < 8) continue;
    count -= 8;
    packed[at++] = bits >> count;
  }
  if (count > 0) packed[at] = bits << (8 - count);
  return packed;
}

function unpackAscii(packed: Uint8Array): string {
  const characters: number[] = [];
  let [bits, count] = [0, 0];
  for (const byte of packed) {
    bits = ((bits << 8) | byte) & 0x7fff;
    for (count += 8; count >= 7; count -= 7) characters.push((bits >> (count - 7)) & 0x7f);
  }
  // A text that ends seven bits before a byte does leaves a NUL.
  return Buffer.from(characters).toString('latin1').replace(/\0$/, '');
}
