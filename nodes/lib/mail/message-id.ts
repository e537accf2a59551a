/** Message-IDs: ours are made, those of other mails are read for In-Reply-To and References (RFC 5322 §3.6.4). */
import { EmailError } from '../kernel/errors.ts';
import { refuseUnsafe } from './refuse-unsafe.ts';

const longestId = 512;
const mostIds = 100;
/** More than 100 ids of full length with blanks, so that no regexp sees an endless text. */
const longestText = 64 * 1024;

/** `<left>@<domain>` without angle brackets. `random` gives letters and digits, different for each mail. */
export function newMessageId(random: () => string, domain: string): string {
  return `${random()}@${domain}`;
}

/**
 * A text with one or more ids between blanks, or a list of such texts; at most 100 ids of 512 characters. An id is
 * taken as headers have it, `<id@host>`, and as `msg.email.messageId` has it, `id@host`; it comes back without brackets. Throws EmailError `wrong-type`, `unsafe-characters`.
 */
export function readMessageIds(value: unknown, field: string): string[] {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (texts.length > mostIds) throw tooMany(field);
  const ids = texts.flatMap((text) => readIds(text, field));
  if (ids.length > mostIds) throw tooMany(field);
  return ids;
}

function readIds(value: unknown, field: string): string[] {
  if (typeof value !== 'string' || value.length > longestText) throw noIds(field);
  // A long References field is folded, often with a tab.
  const text = value.replaceAll('\t', ' ');
  refuseUnsafe(text, field);
  const ids = text.split(' ').filter((id) => id !== '');
  const bare = ids.map((id) => (id.startsWith('<') && id.endsWith('>') ? id.slice(1, -1) : id));
  if (bare.length === 0 || !bare.every(isMessageId)) throw noIds(field);
  return bare;
}

/** Not the dot-atom of the RFC: mail programs in use put colons and double dots into their ids. */
const messageId = /^[^"(),;<>@[\\\]]+@(?:[^"(),;<>@[\\\]]+|\[[\w.:]+\])$/;

function isMessageId(text: string): boolean {
  return text.length <= longestId && /^[!-~]+$/.test(text) && messageId.test(text);
}

function noIds(field: string): EmailError {
  return new EmailError('wrong-type', { field, detail: { expected: 'message ids such as <id@host>' } });
}

function tooMany(field: string): EmailError {
  return new EmailError('wrong-type', { field, detail: { expected: `at most ${mostIds} message ids` } });
}
