/** What the copies of a mail share goes in; a writer of the header of one copy comes out (RFC 5322 §3.6). */
import { foldedLine, formatDate, formatMailboxes, headerLine } from './header-line.ts';
import type { HeaderField, MailContent, MailCopy, Priority } from './mail-content.ts';
import type { Mailbox } from './mailbox.ts';

export interface MailHeader {
  /** Bytes that all copies share. */
  readonly size: number;
  /** ASCII lines ended by CRLF, without the Content-* fields. Throws `unsafe-characters`, `bad-header-value`. */
  write(copy: MailCopy, subject: string): string;
}

/** A custom field and its key for comparison. */
interface CustomLine {
  readonly key: string;
  readonly line: string;
}

/** No field stands twice (RFC 5322 §3.6, RFC 2369 §3): a copy's own replaces one of the request with the same name. */
export function mailHeader(content: MailContent): MailHeader {
  const from = addressLine('From', [content.from]);
  const to = content.visibleTo && addressLine('To', content.visibleTo);
  const others = addressLine('Cc', content.visibleCc) + addressLine('Reply-To', content.replyTo);
  const own = ownFields(content);
  const ownLines = own.map(({ name, value }) => foldedLine(name, value)).join('');
  const custom = customLines(content.headers, new Set(own.map(({ name }) => name.toLowerCase())));
  return {
    size: [from, to ?? '', others, ownLines, ...custom.map(({ line }) => line)].join('').length,
    write(copy, subject) {
      const particular = customLines(copy.headers, new Set());
      const replaced = new Set(particular.map(({ key }) => key));
      const general = custom.filter(({ key }) => !replaced.has(key));
      return [
        from,
        to ?? addressLine('To', [copy.to]),
        others,
        headerLine('Subject', subject),
        `Date: ${formatDate(copy.date)}\r\n`,
        foldedLine('Message-ID', `<${copy.messageId}>`),
        ownLines,
        ...[...particular, ...general].map(({ line }) => line),
        'MIME-Version: 1.0\r\n',
      ].join('');
    },
  };
}

function customLines(fields: readonly HeaderField[], taken: ReadonlySet<string>): CustomLine[] {
  return fields
    .map(({ name, value }) => ({ key: name.toLowerCase(), line: headerLine(name, value) }))
    .filter(({ key }) => !taken.has(key));
}

function addressLine(name: string, list: readonly Mailbox[]): string {
  return list.length > 0 ? foldedLine(name, formatMailboxes(list)) : '';
}

/** What follows from a content beside its own header fields. */
export function ownFields({ inReplyTo, references, priority, autoSubmitted }: MailContent): HeaderField[] {
  return [
    ...(inReplyTo === undefined ? [] : [{ name: 'In-Reply-To', value: messageIds([inReplyTo]) }]),
    ...(references.length > 0 ? [{ name: 'References', value: messageIds(references) }] : []),
    ...priorityFields[priority],
    ...(autoSubmitted === undefined ? [] : automaticFields(autoSubmitted)),
  ];
}

function messageIds(ids: readonly string[]): string {
  return ids.map((id) => `<${id}>`).join(' ');
}

/** The values that most mail programs write and read; no standard defines them. */
const priorityFields: Readonly<Record<Priority, readonly HeaderField[]>> = {
  high: [
    { name: 'X-Priority', value: '1 (Highest)' },
    { name: 'X-MSMail-Priority', value: 'High' },
    { name: 'Importance', value: 'High' },
  ],
  normal: [],
  low: [
    { name: 'X-Priority', value: '5 (Lowest)' },
    { name: 'X-MSMail-Priority', value: 'Low' },
    { name: 'Importance', value: 'Low' },
  ],
};

/** RFC 3834 §5, and what Exchange reads instead of it. */
function automaticFields(value: string): HeaderField[] {
  return [
    { name: 'Auto-Submitted', value },
    { name: 'X-Auto-Response-Suppress', value: 'All' },
  ];
}
