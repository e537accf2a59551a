/** A report comes in; the headers of the mail that it returns go out: part of the report, or copied into its text. */
import { receivedAddresses } from '../received/received-addresses.ts';
import { allFields, firstField, type HeaderFields, receivedFields } from '../received/received-fields.ts';
import { receivedIds } from '../received/received-ids.ts';
import type { ParsedMail } from '../received/received-mail.ts';
import { readNotice } from './notice.ts';
import { readFieldGroups } from './report-fields.ts';
import { reportedAddress } from './reported-address.ts';

const longestHead = 64 * 1024;

const returnedTypes: ReadonlySet<string> = new Set([
  'message/rfc822',
  'message/global',
  'text/rfc822-headers',
  'text/rfc822-header',
  'message/rfc822-headers',
  'message/global-headers',
  'message/partial',
]);

export function returnedHeaders(mail: ParsedMail): HeaderFields | undefined {
  const part = mail.attachments.find(({ contentType }) => returnedTypes.has(contentType.toLowerCase()));
  if (part) return headersOf(Buffer.from(part.content.subarray(0, longestHead)).toString('latin1'));
  const { returned } = readNotice(mail);
  return returned === '' ? undefined : headersOf(returned.slice(0, longestHead));
}

/** Whom the returned mail was sent to. */
export function returnedTo(headers: HeaderFields | undefined): readonly string[] {
  if (!headers) return [];
  const named = allFields(headers, 'x-failed-recipients').concat(allFields(headers, 'to'));
  return receivedAddresses(named.join(',')).map(({ address }) => address);
}

/** Ids of the returned mail, the surest first; none may be known. */
export function returnedIds(mail: ParsedMail): readonly string[] {
  const headers = returnedHeaders(mail);
  const [about] = readFieldGroups(contentOf(mail, 'delivery-status'));
  const envelopeIds = [about?.get('original-envelope-id') ?? '', about?.get('x-original-message-id') ?? ''];
  const named = ['message-id', 'x-original-message-id'].map((name) =>
    headers ? firstField(headers, name) : '',
  );
  return [...named, firstField(mail.headers, 'x-original-message-id'), ...envelopeIds].flatMap(receivedIds);
}

/** The return addresses of the returned mail; a complaint comes to another address than that. */
export function returnPaths(mail: ParsedMail): readonly string[] {
  const headers = returnedHeaders(mail);
  const [feedback] = readFieldGroups(contentOf(mail, 'feedback-report'));
  const [status] = readFieldGroups(contentOf(mail, 'delivery-status'));
  const named = [feedback?.get('original-mail-from'), status?.get('x-postfix-sender')];
  const noted = headers ? firstField(headers, 'return-path') : undefined;
  return [noted, ...named].flatMap((field) => reportedAddress(field) ?? []);
}

function contentOf({ attachments }: ParsedMail, ending: string): Uint8Array {
  return (
    attachments.find(({ contentType }) => contentType.toLowerCase().endsWith(ending))?.content ??
    new Uint8Array()
  );
}

/** The copy may be indented, and may begin below a line or two that announce it. */
function headersOf(text: string): HeaderFields {
  const lines = text.split(/\r?\n/);
  const first = lines.findIndex(
    (line) => /^\s{0,8}[!-9;-~]{2,60}: ?\S/.test(line) && !/^\s*[-=_*]{3}/.test(line),
  );
  if (first < 0) return receivedFields([]);
  const indent = /^\s*/.exec(lines[first] ?? '')?.[0].length ?? 0;
  const body = lines
    .slice(first)
    .map((line) => line.slice(Math.min(indent, line.length - line.trimStart().length)));
  const end = body.findIndex((line) => line.trim() === '');
  const head = (end < 0 ? body : body.slice(0, end)).join('\n');
  return receivedFields(head.split(/\n(?![ \t])/));
}
