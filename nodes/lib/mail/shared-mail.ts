/** A mail as its copies share it goes out, for a route that fills in the copies by itself; beside it what each has of its own. */
import type { HeaderField, MailContent, MailCopy, Values } from './mail-content.ts';
import type { Mailbox } from './mailbox.ts';

/** Literal texts, and by number what each copy has of its own there (see `OwnPart.fills`). */
export type SharedText = readonly (string | number)[];

export interface SharedMail {
  readonly from: Mailbox;
  readonly replyTo: readonly Mailbox[];
  readonly headers: readonly HeaderField[];
  readonly subject: SharedText;
  readonly text?: SharedText;
  readonly html?: SharedText;
}

export interface OwnPart {
  readonly to: Mailbox;
  /** Finished texts, escaped for where they stand. */
  readonly fills: readonly string[];
  /** They replace those of the same name. */
  readonly headers: readonly HeaderField[];
}

/** Literal text, or what is rendered for each copy. */
export type Segment = string | ((values: Values) => string);

export interface Sharing {
  readonly mail: SharedMail;
  /** Undefined for a copy that has to be written as a whole. Throws as `CompiledMail.render` does. */
  own(copy: Pick<MailCopy, 'to' | 'values' | 'headers'>): OwnPart | undefined;
}

export interface Segments {
  readonly subject: readonly Segment[];
  readonly text?: readonly Segment[];
  readonly html?: readonly Segment[];
}

/** Undefined for a mail that has to be written as a whole. `own` are the header fields that follow from the content. */
export function shareMail(
  content: MailContent,
  segments: Segments,
  own: readonly HeaderField[],
): Sharing | undefined {
  const headers = [...own, ...content.headers];
  const { subject, text = [], html = [] } = segments;
  const literals = [...subject, ...text, ...html].filter((part) => typeof part === 'string');
  if (!isForOneReader(content) || !isComplete(segments)) return undefined;
  if (!areShareable(headers) || !areFillable(literals)) return undefined;
  const holes: ((values: Values) => string)[] = [];
  const share = (parts: readonly Segment[]): SharedText =>
    parts.map((part) => (typeof part === 'string' ? part : holes.push(part) - 1));
  const mail: SharedMail = {
    from: content.from,
    replyTo: content.replyTo,
    headers,
    subject: share(subject),
    text: segments.text && share(text),
    html: segments.html && share(html),
  };
  return {
    mail,
    own({ to, values, headers }) {
      const merged = { ...content.values, ...values };
      const fills = holes.map((fill) => fill(merged));
      return areShareable(headers) && areFillable(fills) ? { to, headers, fills } : undefined;
    },
  };
}

/** Nothing but subject and bodies, to one reader at a time. */
function isForOneReader({ attachments, visibleTo, visibleCc, inReplyTo, references }: MailContent): boolean {
  const isPlain = attachments.length === 0 && inReplyTo === undefined && references.length === 0;
  return isPlain && visibleTo === undefined && visibleCc.length === 0;
}

/** Providers take no mail without a subject or a body. */
function isComplete({ subject, text = [], html = [] }: Segments): boolean {
  const isThere = (parts: readonly Segment[]): boolean => parts.some((part) => part !== '');
  return isThere(subject) && (isThere(text) || isThere(html));
}

const mostHeaders = 10;
const longestHeader = 900;

/** ASCII that needs no folding. */
function areShareable(headers: readonly HeaderField[]): boolean {
  return (
    headers.length <= mostHeaders &&
    headers.every(({ name, value }) => name.length + value.length <= longestHeader && /^[ -~]*$/.test(value))
  );
}

/** Bytes of all together. */
const longestTexts = 250_000;

/** Providers mark what is to be filled in with double braces: no text may have them, on either side of it. */
function areFillable(texts: readonly string[]): boolean {
  const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return size <= longestTexts && !texts.some((text) => text.includes('{{'));
}
