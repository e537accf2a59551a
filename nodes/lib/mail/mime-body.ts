/** Texts and attachments go in; the MIME body that all copies share comes out, open only where a copy has its own text. */
import { longestFilled, tooLongFilled } from './filled-text.ts';
import type { Attachment, Values } from './mail-content.ts';
import { mimeAttachment } from './mime-attachment.ts';
import type { Segment } from './shared-mail.ts';
import { type EncodedText, encodeText } from './transfer-encoding.ts';
import { wholeLines } from './whole-lines.ts';

const noText: CompiledText = { segments: [] };
const lineEnd = Buffer.from('\r\n');

/** A text in parts: what is alike in every copy, and what is not. */
export interface CompiledText {
  readonly segments: readonly Segment[];
}

export interface BodyParts {
  readonly text?: CompiledText;
  readonly html?: CompiledText;
  readonly attachments: readonly Attachment[];
}

/** Begins with the Content-Type field of the mail itself, ends with a line end. */
export interface MimeBody {
  /** Bytes. Without values only what all copies share is counted. */
  size(values?: Values): number;
  pieces(values: Values): Uint8Array[];
}

/** A MIME entity in order: finished stretches, and texts whose transfer encoding depends on the copy. */
type Entity = readonly (Buffer | Written)[];
type Written = (values: Values) => readonly Buffer[];
type MultipartKind = 'mixed' | 'related' | 'alternative';

/**
 * `mixed(alternative(text, related(html, inline images)), attachments)`, each level left out where it would hold one
 * entity. `boundaryKey` must be unpredictable, so that no attachment can hold a boundary.
 * Throws `bad-attachment`.
 */
export async function mimeBody(parts: BodyParts, boundaryKey: string): Promise<MimeBody> {
  const entity = await buildEntity(parts, boundaryKey);
  const pieces = (values: Values) =>
    entity.flatMap((piece) => (Buffer.isBuffer(piece) ? piece : piece(values)));
  const shared = sizeOf(entity.filter(Buffer.isBuffer));
  return {
    size: (values) => (values === undefined ? shared : sizeOf(pieces(values))) + lineEnd.length,
    pieces: (values) => endLine(pieces(values)),
  };
}

async function buildEntity({ text, html, attachments }: BodyParts, key: string): Promise<Entity> {
  const inlineImages: Entity[] = [];
  const files: Entity[] = [];
  for (const [index, attachment] of attachments.entries()) {
    const inline = html !== undefined && attachment.cid !== undefined;
    const entity = await mimeAttachment(
      attachment,
      inline ? 'inline' : 'attachment',
      `attachments[${index}]`,
    );
    (inline ? inlineImages : files).push(entity);
  }
  const bodies: Entity[] = [];
  if (text !== undefined) bodies.push(textEntity('plain', text));
  if (html !== undefined) {
    bodies.push(multipart('related', [textEntity('html', html), ...inlineImages], key));
  }
  const body = bodies.length > 0 ? [multipart('alternative', bodies, key)] : [];
  return multipart('mixed', [...body, ...files], key);
}

function multipart(kind: MultipartKind, members: readonly Entity[], key: string): Entity {
  const [first = textEntity('plain', noText), ...others] = members;
  if (others.length === 0) return first;
  const boundary = `=_${kind}_${key}`;
  const type = kind === 'related' ? 'related; type="text/html"' : kind;
  return [
    Buffer.from(`Content-Type: multipart/${type};\r\n boundary="${boundary}"\r\n\r\n--${boundary}\r\n`),
    ...first,
    ...others.flatMap((member) => [Buffer.from(`\r\n--${boundary}\r\n`), ...member]),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ];
}

function textEntity(subtype: 'plain' | 'html', { segments }: CompiledText): Entity {
  const type = Buffer.from(`Content-Type: text/${subtype}; charset=utf-8\r\n`);
  const parts = wholeLines(segments).map((part) => (typeof part === 'string' ? encodeText(part) : part));
  const write: Written = (values) => encodedParts(parts, values, subtype);
  return [type, ...(parts.some((part) => typeof part === 'function') ? [write] : write({}))];
}

type Part = EncodedText | ((values: Values) => string);

function encodedParts(parts: readonly Part[], values: Values, subtype: 'plain' | 'html'): Buffer[] {
  let room = longestFilled;
  const encoded = parts.map((part): EncodedText => {
    if (typeof part !== 'function') return part;
    const text = part(values);
    room -= text.length;
    if (room < 0) throw tooLongFilled(subtype === 'plain' ? 'text' : subtype);
    return encodeText(text);
  });
  // what 7bit leaves as it is, quoted-printable does too
  const encoding = encoded.some((part) => part.encoding !== '7bit') ? 'quoted-printable' : '7bit';
  return [
    Buffer.from(`Content-Transfer-Encoding: ${encoding}\r\n\r\n`),
    ...encoded.map(({ bytes }) => bytes),
  ];
}

/** Line ends belong to the boundary that follows; the mail itself needs its own. */
function endLine(pieces: Uint8Array[]): Uint8Array[] {
  return pieces.at(-1)?.at(-1) === 0x0a ? pieces : [...pieces, lineEnd];
}

function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}
