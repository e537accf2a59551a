/** Who may be unsubscribed from what goes in; an opaque text for links and headers comes out, and the way back. */
import { EmailError } from '../kernel/errors.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { openBytes, sealBytes } from '../keys/seal.ts';

export interface TokenClaims {
  readonly appId: string;
  /** A checked address. */
  readonly address: string;
  /** Without it the token is for all mail of the app. */
  readonly listTopic?: string;
  /** Of the mail that carries the token. */
  readonly emailId: string;
}

const seal = { purpose: 'unsubscribe-token', version: 1, longest: 800 } as const;

/**
 * As `sealBytes` says; it does not expire. The same claims give the same token. At most 400 characters for an address
 * of 254 and a topic of 24, when the email id is a UUID. Throws EmailError `unsafe-characters` for what is not
 * printable ASCII.
 */
export function sealToken({ appId, ...claims }: TokenClaims, keys: KeyRing): string {
  return sealBytes(packClaims(claims), { ...seal, appId }, keys);
}

/** Undefined for whatever `sealToken` did not make for this app with a key of this ring; never throws. */
export function openToken(token: string, keys: KeyRing, appId: string): TokenClaims | undefined {
  const plain = openBytes(token, { ...seal, appId }, keys);
  return plain && { appId, ...unpackClaims(plain) };
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
