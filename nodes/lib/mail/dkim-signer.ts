/** A finished mail goes in; the same mail behind a DKIM-Signature comes out (RFC 6376: rsa-sha256, relaxed/relaxed). */
import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Clock } from '../kernel/clock.ts';
import { EmailError } from '../kernel/errors.ts';
import { relaxedBody, relaxedField } from './dkim-canonical.ts';

export interface DkimKey {
  readonly domain: string;
  readonly selector: string;
  /** PEM, RSA of at least 1024 bits. */
  readonly privateKey: string;
}

export interface DkimSigner {
  /** `raw` has CRLF line ends and an ASCII header, as `CompiledMail.render` writes it. */
  sign(raw: Uint8Array): Promise<Buffer>;
}

/** RFC 6376 §5.4.1, and the two that RFC 8058 §4 requires. */
const signedNames = [
  'from',
  'reply-to',
  'subject',
  'date',
  'to',
  'cc',
  'message-id',
  'mime-version',
  'content-type',
  'in-reply-to',
  'references',
  'list-id',
  'list-unsubscribe',
  'list-unsubscribe-post',
];
/** Listed once more than present, so that nobody can add a second one (RFC 6376 §8.15). */
const sealedNames = new Set(['from', 'to', 'subject', 'list-unsubscribe', 'list-unsubscribe-post']);

const fewestBits = 1024;
const lineWidth = 76;
const longPiece = 256 * 1024;
/** With a callback the thread pool signs, not the event loop. */
const signInPool = promisify(
  (data: Buffer, key: KeyObject, done: (error: Error | null, signature: Buffer) => void): void =>
    sign('sha256', data, key, done),
);

/** Throws EmailError `bad-settings`, field `dkimKey`, unless the key is RSA of at least 1024 bits. */
export function openDkimSigner(key: DkimKey, clock: Clock): DkimSigner {
  const privateKey = readRsaKey(key.privateKey);
  return {
    async sign(raw) {
      const mail = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
      const headerEnd = mail.indexOf('\r\n\r\n');
      const fields = mail.toString('latin1', 0, headerEnd).split(/\r\n(?![\t ])/);
      const { names, lines } = pickFields(fields);
      const bodyHash = await hashOfBody(mail.subarray(headerEnd + 4));
      const seconds = Math.floor(clock.now() / 1000);
      const unsigned = [
        'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;',
        `d=${key.domain};`,
        `s=${key.selector}; t=${seconds};`,
        ...foldNames(names),
        `bh=${bodyHash};`,
        'b=',
      ].join('\r\n ');
      const signed = Buffer.from([...lines, relaxedField(unsigned)].join('\r\n'), 'latin1');
      const signature = await signInPool(signed, privateKey);
      return Buffer.concat([Buffer.from(`${unsigned}${foldBase64(signature)}\r\n`), mail]);
    },
  };
}

/** In base64. Between two stretches of a large body others have their turn. */
async function hashOfBody(body: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (const piece of relaxedBody(body)) {
    hash.update(piece);
    if (piece.length > longPiece) await nextTurn();
  }
  return hash.digest('base64');
}

function readRsaKey(pem: string): KeyObject {
  const key = parseKey(pem);
  if (key.asymmetricKeyType !== 'rsa') throw badKey('it is not an RSA key');
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < fewestBits) throw badKey(`it has ${bits} bits; receivers require ${fewestBits} or more`);
  return key;
}

/** The cause is left out: an error must not carry anything of a key. */
function parseKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw badKey('it is not a private key in PEM form without a passphrase');
  }
}

function badKey(why: string): EmailError {
  return new EmailError('bad-settings', { field: 'dkimKey', detail: { why } });
}

/** The names for `h=` and their canonical fields, the lowest first where one stands twice (RFC 6376 §5.4.2). */
function pickFields(fields: readonly string[]): { names: string[]; lines: string[] } {
  const canonical = fields.map(relaxedField).reverse();
  const names: string[] = [];
  const lines: string[] = [];
  for (const name of signedNames) {
    const present = canonical.filter((field) => field.startsWith(`${name}:`));
    lines.push(...present);
    names.push(...present.map(() => name), ...(sealedNames.has(name) ? [name] : []));
  }
  return { names, lines };
}

function foldNames(names: readonly string[]): string[] {
  const lines: string[] = [];
  let line = 'h=';
  names.forEach((name, index) => {
    const piece = `${name}${index < names.length - 1 ? ':' : ';'}`;
    if (line.length + piece.length > lineWidth) {
      lines.push(line);
      line = '';
    }
    line += piece;
  });
  return [...lines, line];
}

/** The first line already holds ` b=`. */
function foldBase64(signature: Buffer): string {
  return signature.toString('base64').replace(/.{72}(?=.)/g, '$&\r\n ');
}
