/** Where the readers of one message shall unsubscribe comes in as it was given; what can stand in a header goes out. */
import { EmailError } from '../kernel/errors.ts';
import { readMailbox } from '../mail/address.ts';
import { readLine } from '../mail/header-field.ts';
import type { UnsubscribeChoice } from '../mail/mail-content.ts';
import { isGiven } from './read-record.ts';
import type { SendFields } from './send-fields.ts';

/** Each stands on one line of the header, which has 998 characters at most (RFC 5322 §2.1.1). */
const longestUrl = 900;
const longestSubject = 600;

/** Undefined if nothing was given. Throws EmailError: `wrong-type`, `unsafe-characters`, and what addresses are refused for. */
export function readUnsubscribe(fields: SendFields): UnsubscribeChoice | undefined {
  const { unsubscribeUrl, unsubscribeMailto, unsubscribeSubject } = fields;
  if (![unsubscribeUrl, unsubscribeMailto, unsubscribeSubject].some(isGiven)) return undefined;
  return {
    url: isGiven(unsubscribeUrl) ? readUrl(unsubscribeUrl) : undefined,
    mailto: isGiven(unsubscribeMailto) ? readMailto(unsubscribeMailto) : undefined,
    subject: isGiven(unsubscribeSubject) ? readSubject(unsubscribeSubject) : undefined,
  };
}

/** RFC 8058 §3.1: https only. Nothing that would have to be encoded, so that it stays the same in every place. */
function readUrl(value: unknown): string {
  const field = 'unsubscribeUrl';
  const text = readLine(value, field, longestUrl);
  const url = URL.parse(text);
  if (url?.protocol === 'https:' && !url.username && !url.password && /^https:\/\/[!-~]+$/.test(text)) {
    if (!/["<>\\^`{|}]/.test(text)) return text;
  }
  throw wrongType(field, 'an address that begins with https://');
}

function readMailto(value: unknown): string {
  const field = 'unsubscribeMailto';
  const { address, name } = readMailbox(readLine(value, field), field);
  if (name === undefined) return address;
  throw wrongType(field, 'an address without a name');
}

function readSubject(value: unknown): string {
  const field = 'unsubscribeSubject';
  const text = readLine(value, field);
  if (text.isWellFormed() && encodeURIComponent(text).length <= longestSubject) return text;
  throw wrongType(field, `at most ${longestSubject} characters long in the header`);
}

function wrongType(field: string, expected: string): EmailError {
  return new EmailError('wrong-type', { field, detail: { expected } });
}
