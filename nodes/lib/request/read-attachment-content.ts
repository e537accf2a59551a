/** An attachment's content as it was given comes in; its size and, on demand, its bytes go out. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { types } from 'node:util';
import { EmailError } from '../kernel/errors.ts';
import { isGiven } from './read-record.ts';

export interface AttachmentContent {
  /** Bytes, known before anything is decoded. */
  readonly size: number;
  readonly decode: () => Uint8Array | Promise<Uint8Array>;
}

/**
 * Bytes, a Buffer that went through JSON, or a text. A text is base64 unless `encoding` says `utf8`; without
 * `encoding` it must be base64 to the letter, since a text such as “Hello” may be meant as it is.
 * Throws EmailError `bad-attachment`; `decode` too.
 */
export function readAttachmentContent(content: unknown, encoding: unknown, field: string): AttachmentContent {
  if (types.isUint8Array(content)) return { size: content.byteLength, decode: () => content };
  if (typeof content === 'string') return readEncoded(content, encoding, field);
  const bytes = bytesOfJson(content);
  if (bytes) return { size: bytes.length, decode: () => decodeList(bytes, field) };
  throw badContent(
    field,
    content === undefined ? 'it has no content' : 'its content is neither a Buffer nor a text',
  );
}

function readEncoded(text: string, encoding: unknown, field: string): AttachmentContent {
  if (encoding === 'utf8' || encoding === 'utf-8') {
    return { size: Buffer.byteLength(text), decode: () => Buffer.from(text) };
  }
  if (!isGiven(encoding)) {
    const why = 'its text is not base64; if it is meant as it is, set encoding to utf8';
    return { size: Buffer.byteLength(text, 'base64'), decode: () => decodeBase64(text, field, why) };
  }
  if (encoding !== 'base64') throw badContent(field, 'its encoding must be base64 or utf8');
  // Many programs break base64 into lines, as mail does.
  const joined = text.replace(/\r?\n/g, '');
  const why = 'its text is not base64';
  return { size: Buffer.byteLength(joined, 'base64'), decode: () => decodeBase64(joined, field, why) };
}

/** Characters: a multiple of four, and a few milliseconds of work. Between two stretches others have their turn. */
const stretch = 1024 * 1024;

/** Node skips what is not base64; only a text that comes back unchanged really was. */
async function decodeBase64(text: string, field: string, why: string): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text, 'base64'));
  let length = 0;
  for (let at = 0; at < text.length; at += stretch) {
    if (at > 0) await nextTurn();
    const part = text.slice(at, at + stretch);
    const start = length;
    length += bytes.write(part, start, 'base64');
    if (bytes.toString('base64', start, length) !== part) throw badContent(field, why);
  }
  // a stretch that ends with padding is shorter, though it came back unchanged
  if (length < bytes.length) throw badContent(field, why);
  return bytes;
}

/** `{type: 'Buffer', data: [1, 2]}` is what JSON makes of a Buffer. */
function bytesOfJson(content: unknown): readonly unknown[] | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  const { type, data } = content as { type?: unknown; data?: unknown };
  return type === 'Buffer' && Array.isArray(data) ? data : undefined;
}

function decodeList(bytes: readonly unknown[], field: string): Uint8Array {
  const isByte = (one: unknown): one is number =>
    Number.isInteger(one) && Number(one) >= 0 && Number(one) <= 255;
  if (!bytes.every(isByte)) throw badContent(field, 'its data holds something that is not a byte');
  return Uint8Array.from(bytes);
}

function badContent(field: string, why: string): EmailError {
  return new EmailError('bad-attachment', { field, detail: { why } });
}
