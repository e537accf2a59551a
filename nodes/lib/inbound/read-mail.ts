/** A raw mail on disk and what its source knows of it come in; the mail as flows get it goes out, but for its kind. */
import { decodeWords } from '../mail/decode-words.ts';
import { receivedAddresses } from '../received/received-addresses.ts';
import { allFields, firstField, type HeaderFields, receivedFields } from '../received/received-fields.ts';
import { receivedIds } from '../received/received-ids.ts';
import { noVerdicts, type ParsedMail } from '../received/received-mail.ts';
import { headerEnvelope } from './header-envelope.ts';
import type { ReceiptFacts } from './inbound-queue.ts';
import { type ReadLimits, readParts } from './read-parts.ts';
import { strippedHtml, strippedText } from './stripped-text.ts';

/** 40 MB as SES has them, in base64 lines and with the rest of the mail; more text than on two thousand pages. */
export const readLimits: ReadLimits = {
  size: 60 * 1024 * 1024,
  parts: 1000,
  headerBytes: 256 * 1024,
  textBytes: 4 * 1024 * 1024,
};

/**
 * Never rejects because of what is in the mail: what could be read of it comes with a `parseError` that says why the
 * rest could not. Rejects when the file cannot be read.
 */
export async function readMail(file: string, facts: ReceiptFacts, limits = readLimits): Promise<ParsedMail> {
  const { headerLines, text, html, attachments, size, parseError } = await readParts(file, limits);
  const headers = receivedFields(headerLines);
  return {
    ...readHeaders(headers),
    text,
    html,
    strippedText: strip(text, html),
    headers,
    attachments,
    auth: facts.auth ?? noVerdicts,
    verdicts: facts.verdicts ?? {},
    size,
    envelope: facts.source === 'imap' ? headerEnvelope(headers) : facts.envelope,
    parseError,
  };
}

function strip(text: string | undefined, html: string | undefined): string | undefined {
  if (text !== undefined) return strippedText(text);
  return html === undefined ? undefined : strippedHtml(html);
}

function readHeaders(headers: HeaderFields) {
  const addresses = (name: string) => receivedAddresses(allFields(headers, name).join(','));
  return {
    from: receivedAddresses(firstField(headers, 'from'))[0],
    to: addresses('to'),
    cc: addresses('cc'),
    replyTo: addresses('reply-to'),
    subject: decodeWords(firstField(headers, 'subject')),
    messageId: receivedIds(firstField(headers, 'message-id'))[0],
    inReplyTo: receivedIds(firstField(headers, 'in-reply-to'))[0],
    references: receivedIds(firstField(headers, 'references')),
    date: readDate(firstField(headers, 'date')),
  };
}

function readDate(value: string): number | undefined {
  const at = Date.parse(value.slice(0, 100).replace(/\([^()]*\)/g, ''));
  return Number.isNaN(at) ? undefined : at;
}
