/** From the raw bytes of a mail to its parts. The only place that knows the MIME parser, which is loaded on first use. */
import type { MailParser, ParsedMail as MailparserMail } from 'mailparser';
import type { HeaderField } from './mail-content.ts';

export interface ParsedMail {
  readonly subject: string;
  readonly text?: string;
  /** As sent; inline images stay `cid:` links. Not sanitised. */
  readonly html?: string;
  /** In their order, unfolded, not decoded. */
  readonly headers: readonly HeaderField[];
  readonly attachments: readonly ParsedAttachment[];
}

export interface ParsedAttachment {
  /** As the sender wrote it: never to be used as a path. */
  readonly filename: string;
  readonly contentType: string;
  readonly size: number;
  /** Without angle brackets. */
  readonly cid?: string;
  readonly content: Uint8Array;
}

/** Rejects for a mail whose structure the parser refuses, e.g. one nested a thousand times. */
export async function parseMail(raw: Uint8Array): Promise<ParsedMail> {
  const { simpleParser } = await import('mailparser');
  const parsed = await simpleParser(Buffer.from(raw), parserOptions);
  return {
    subject: parsed.subject ?? '',
    text: parsed.text || undefined,
    html: parsed.html || undefined,
    headers: parsed.headerLines.map(({ line }) => readHeaderLine(line)).filter(({ name }) => name !== ''),
    attachments: parsed.attachments.map(readAttachment),
  };
}

export interface ParserLimits {
  /** MIME parts of all levels. */
  readonly parts: number;
  /** Bytes of the header of one part. */
  readonly headerBytes: number;
  /** Bytes of all bodies together; what is longer is cut off. */
  readonly textBytes: number;
}

/**
 * For mails that are not held in memory: written to as a stream; emits what the library's `MailParser` does. `onCut` is
 * called when the bodies are longer than allowed.
 */
export async function newMailParser(
  { parts, headerBytes, textBytes }: ParserLimits,
  onCut: () => void,
): Promise<MailParser> {
  const { MailParser } = await import('mailparser');
  const limits = { maxChildNodes: parts, maxHeadSize: headerBytes };
  const asParts = { keepDeliveryStatus: true, checksumAlgo: false } as const;
  const parser = new MailParser({ ...parserOptions, ...asParts, ...limits });
  readFewFields(parser);
  limitText(parser, textBytes, onCut);
  return parser;
}

interface ParserInside {
  curnode?: { isAttachment?: boolean } | false;
  processHeaders?: (fields: readonly { readonly key: string }[]) => unknown;
  processChunk?: (chunk: { type: string; value?: Uint8Array }, done: (error?: Error) => void) => void;
}

/** Of each part the library would read all fields, addresses most slowly: some seconds for parts full of them. */
function readFewFields(parser: MailParser): void {
  const inside: ParserInside = parser as object;
  const readFields = inside.processHeaders;
  inside.processHeaders = (fields) =>
    readFields?.call(
      parser,
      fields.filter(({ key }) => key.startsWith('content-')),
    );
}

/** The library has no limit for bodies, and holds each three times: this looks at its chunks before it does. */
function limitText(parser: MailParser, most: number, onCut: () => void): void {
  const inside: ParserInside = parser as object;
  const takeChunk = inside.processChunk;
  let left = most;
  inside.processChunk = (chunk, done) => {
    const isText = chunk.type === 'body' && inside.curnode && !inside.curnode.isAttachment;
    if (isText) left -= chunk.value?.length ?? 0;
    if (!isText || left >= 0) return takeChunk?.call(parser, chunk, done);
    onCut();
    setImmediate(done);
  };
}

/**
 * No text is made from HTML or HTML from text: what is shown is what was sent. A mail within it stays a part: the library
 * never comes to an end of one that was cut off.
 */
const parserOptions = {
  skipHtmlToText: true,
  skipTextToHtml: true,
  skipImageLinks: true,
  ignoreEmbedded: true,
};

function readHeaderLine(line: string): HeaderField {
  const colon = line.indexOf(':');
  const value = line.slice(colon + 1).replace(/\r?\n(?=[ \t])/g, '');
  return { name: line.slice(0, Math.max(colon, 0)), value: value.trim() };
}

function readAttachment(attachment: MailparserMail['attachments'][number]): ParsedAttachment {
  const { filename, contentType, size, cid, content } = attachment;
  return { filename: filename || 'attachment', contentType, size, cid, content };
}
