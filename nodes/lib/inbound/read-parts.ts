/** A raw mail on disk comes in; its header lines, texts and attachments go out, or as much of them as could be read. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { AttachmentStream, HeaderLines, MessageText } from 'mailparser';
import { newMailParser, type ParserLimits } from '../mail/parse-mail.ts';
import type { ReceivedAttachment } from '../received/received-mail.ts';
import { collectBytes } from './collect-bytes.ts';
import { pieceSize, readHead } from './read-head.ts';
import { safeFilename } from './safe-filename.ts';

export interface ReadLimits extends ParserLimits {
  /** Bytes of the raw mail. */
  readonly size: number;
}

export interface MailParts {
  readonly headerLines: readonly string[];
  readonly text?: string;
  readonly html?: string;
  readonly attachments: readonly ReceivedAttachment[];
  /** Bytes */
  readonly size: number;
  /** Why the rest could not be read. */
  readonly parseError?: string;
}

interface Progress {
  headerLines: readonly string[];
  text?: string;
  html?: string;
  readonly attachments: ReceivedAttachment[];
}

/** Never rejects because of what is in the mail; rejects when the file cannot be read. */
export async function readParts(file: string, limits: ReadLimits): Promise<MailParts> {
  const { size } = await stat(file);
  const progress: Progress = { headerLines: [], attachments: [] };
  const tooLarge = size > limits.size ? `the mail is larger than ${limits.size} bytes` : undefined;
  const head = await readHead(file);
  const source = createReadStream(file, { start: head.start, highWaterMark: pieceSize });
  const parseError = tooLarge ?? (await parse(source, { size, limits, progress }));
  source.destroy();
  // the parser read none, or was not asked
  if (progress.headerLines.length === 0) progress.headerLines = head.lines;
  return { ...progress, size, parseError };
}

/** Resolves with what stopped the parser, after everything before that is in `progress`. */
async function parse(
  source: Readable,
  { size, limits, progress }: { size: number; limits: ParserLimits; progress: Progress },
): Promise<string | undefined> {
  let cut: string | undefined;
  const parser = await newMailParser(limits, () => {
    cut = `the text is longer than ${limits.textBytes} bytes`;
  });
  try {
    return await new Promise<string | undefined>((resolve, reject) => {
      parser.on('headerLines', (lines: HeaderLines) => {
        progress.headerLines = lines.map(({ line }) => line);
      });
      parser.on('data', (part: AttachmentStream | MessageText) => {
        if (part.type === 'text') Object.assign(progress, readTexts(part));
        else collectAttachment(part, { progress, most: size, onFailure: (error) => parser.destroy(error) });
      });
      parser.on('end', () => resolve(cut));
      parser.on('error', (error: Error) => resolve(oneLine(error.message)));
      source.on('error', reject);
      source.pipe(parser);
    });
  } finally {
    // an error that comes late has nobody else to hear it
    parser.on('error', () => undefined).destroy();
  }
}

function readTexts({ text, html }: MessageText): Pick<Progress, 'text' | 'html'> {
  return { text: text || undefined, html: html || undefined };
}

interface Collecting {
  readonly progress: Progress;
  readonly most: number;
  readonly onFailure: (error: Error) => void;
}

/** The parser waits for `release`: what is in a mail comes one part after the other. */
function collectAttachment(part: AttachmentStream, { progress, most, onFailure }: Collecting): void {
  const collector = collectBytes(most);
  part.content.on('data', (chunk: Uint8Array) => {
    try {
      collector.add(chunk);
    } catch (thrown) {
      onFailure(thrown instanceof Error ? thrown : new Error('an attachment could not be kept'));
    }
  });
  part.content.on('end', () => {
    progress.attachments.push(readAttachment(part, collector.bytes()));
    part.release?.();
  });
}

function readAttachment(
  { contentType, cid, filename }: AttachmentStream,
  content: Uint8Array,
): ReceivedAttachment {
  const type = (contentType || 'application/octet-stream').toLowerCase();
  const name = safeFilename(filename, fallbackName(type));
  return { filename: name, contentType: type, size: content.length, ...(cid ? { cid } : {}), content };
}

const knownNames: Readonly<Record<string, string>> = {
  'message/rfc822': 'message.eml',
  'message/global': 'message.eml',
  'text/rfc822-headers': 'headers.txt',
  'message/delivery-status': 'delivery-status.txt',
  'message/global-delivery-status': 'delivery-status.txt',
  'message/feedback-report': 'feedback-report.txt',
};

function fallbackName(contentType: string): string {
  return Object.hasOwn(knownNames, contentType) ? (knownNames[contentType] ?? '') : 'attachment';
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, 200);
}
