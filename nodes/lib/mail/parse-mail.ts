/** From the raw bytes of a mail to its parts. The only place that knows the MIME parser, which is loaded on first use. */
import type { ParsedMail as MailparserMail } from 'mailparser';
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

/** No text is made from HTML or HTML from text: what is shown is what was sent. */
const parserOptions = { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true };

function readHeaderLine(line: string): HeaderField {
  const colon = line.indexOf(':');
  const value = line.slice(colon + 1).replace(/\r?\n(?=[ \t])/g, '');
  return { name: line.slice(0, Math.max(colon, 0)), value: value.trim() };
}

function readAttachment(attachment: MailparserMail['attachments'][number]): ParsedAttachment {
  const { filename, contentType, size, cid, content } = attachment;
  return { filename: filename || 'attachment', contentType, size, cid, content };
}
