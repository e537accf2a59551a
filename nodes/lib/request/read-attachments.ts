/** Attachments as they were given come in; names, types and contents that are safe to send go out. */
import { types } from 'node:util';
import { EmailError } from '../kernel/errors.ts';
import type { Attachment } from '../mail/mail-content.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import { lastOfPath, readContentId, readContentType, readFileName } from './attachment-naming.ts';
import { contentTypeOf, nameFor } from './attachment-types.ts';
import { mailTooLarge } from './mail-too-large.ts';
import { readAttachmentContent } from './read-attachment-content.ts';
import { readFileBelow } from './read-file-below.ts';
import { isGiven, readRecord } from './read-record.ts';
import type { SendFields } from './send-fields.ts';

type Admit = (size: number) => void;

/** An attachment whose bytes were not looked at yet. */
interface Draft extends Partial<Omit<Attachment, 'content'>> {
  /** Bytes; 0 for a file, whose size only its folder knows: then `load` tells it. */
  readonly size: number;
  readonly load: (admit: Admit) => Uint8Array | Promise<Uint8Array>;
}

const attachmentLimit = 100;
const sources = ['path', 'href', 'raw'] as const;
const ownKeys = ['filename', 'content', 'encoding', 'contentType', 'cid', ...sources] as const;
/** What the mail nodes put beside these on a received attachment, which can thus be sent on as it is; not read. */
const receivedKeys = [
  'type',
  'size',
  'checksum',
  'contentDisposition',
  'contentId',
  'headers',
  'partId',
] as const;
const parserKeys = ['related', 'generatedFileName', 'contentTransferEncoding', 'release'] as const;
const knownKeys = [...ownKeys, ...receivedKeys, ...parserKeys] as const;
type Given = Partial<Record<(typeof knownKeys)[number], unknown>>;

/**
 * The attachments, after a Buffer given as payload. The encoded size is checked before anything is decoded or read.
 * Throws EmailError: `message-too-large`, `bad-attachment`, `attachment-source-refused`, `wrong-type`.
 */
export async function readAttachments(fields: SendFields, { delivery }: AppSettings): Promise<Attachment[]> {
  const drafts = [...payloadDraft(fields), ...givenDrafts(fields.attachments, delivery.attachmentFolder)];
  let total = drafts.reduce((sum, { size }) => sum + encodedSize(size), 0);
  const admit = (size: number): void => {
    total += encodedSize(size);
    if (total > delivery.maxMailBytes) throw mailTooLarge(total, delivery.maxMailBytes, 'attachments');
  };
  admit(0);
  const attachments: Attachment[] = [];
  for (const draft of drafts) attachments.push(complete(draft, await draft.load(admit)));
  return attachments;
}

/** Base64 in lines of 76 characters (RFC 2045 section 6.8). */
function encodedSize(bytes: number): number {
  const characters = Math.ceil(bytes / 3) * 4;
  return characters + 2 * Math.ceil(characters / 76);
}

function complete({ filename, contentType, cid }: Draft, content: Uint8Array): Attachment {
  const name = filename ?? nameFor(content);
  return { filename: name, contentType: contentType ?? contentTypeOf(name), content, cid };
}

function payloadDraft({ body, payload, filename }: SendFields): Draft[] {
  if (body || !types.isUint8Array(payload)) return [];
  const name = readFileName(lastOfPath(filename), 'filename');
  return [{ filename: name, size: payload.byteLength, load: () => payload }];
}

function givenDrafts(value: unknown, folder: string | undefined): Draft[] {
  if (!isGiven(value)) return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > attachmentLimit) {
    const detail = { expected: `a list of at most ${attachmentLimit}` };
    throw new EmailError('wrong-type', { field: 'attachments', detail });
  }
  return Array.from(list, (one, index) => readDraft(one, `attachments[${index}]`, folder));
}

function readDraft(value: unknown, field: string, folder: string | undefined): Draft {
  const given = readRecord(value, field, knownKeys);
  const filename = readFileName(given.filename, `${field}.filename`);
  const contentType = readContentType(given.contentType, `${field}.contentType`);
  const cid = readContentId(given.cid, `${field}.cid`);
  if (sources.some((source) => isGiven(given[source]))) {
    return { filename, contentType, cid, ...fileDraft(given, field, folder) };
  }
  const { size, decode } = readAttachmentContent(given.content, given.encoding, `${field}.content`);
  return { filename, contentType, cid, size, load: decode };
}

function fileDraft(given: Given, field: string, folder: string | undefined): Draft {
  const source = sources.findLast((one) => isGiven(given[one])) ?? 'path';
  const { path } = given;
  if (source !== 'path' || typeof path !== 'string' || folder === undefined || isGiven(given.content)) {
    // Only the name of the property: an address or a raw text may hold a secret or a body.
    throw new EmailError('attachment-source-refused', {
      field: `${field}.${source}`,
      detail: { value: source },
    });
  }
  const load = (admit: Admit) => readFileBelow(folder, { path, field: `${field}.path`, admit });
  return { filename: readFileName(given.filename ?? lastOfPath(path), `${field}.path`), size: 0, load };
}
