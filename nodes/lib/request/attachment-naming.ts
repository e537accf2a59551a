/** An attachment's name, media type and Content-ID as given come in; each goes out checked, or is refused with the reason. */
import { EmailError } from '../kernel/errors.ts';
import { isGiven } from './read-record.ts';

const longestName = 150;
const longestContentId = 200;
/** Control characters, line separators, and the marks that turn the reading direction: `cod\u202Eexe.fdp` reads as a PDF. */
const deceptive = /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;
/** Windows opens a device for these, whatever the extension. */
const device = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Throws EmailError `bad-attachment`. */
export function readFileName(value: unknown, field: string): string | undefined {
  if (!isGiven(value)) return undefined;
  if (typeof value !== 'string') throw bad(field, 'a name must be text');
  const why = whyUnsafe(value);
  if (why) throw bad(field, why);
  return value;
}

function whyUnsafe(name: string): string | undefined {
  if (name.length > longestName) return `a name has at most ${longestName} characters`;
  if (deceptive.test(name)) return 'the name has a control or invisible character';
  if (/[\\/]/.test(name)) return 'the name has a slash or backslash; give it without its folder';
  if (/^\.*\s*$/.test(name) || device.test(name)) return 'no file can have that name';
  return undefined;
}

/** The name that a path ends in: the stock node takes it from `msg.filename`, where “file in” leaves the whole path. */
export function lastOfPath(path: unknown): unknown {
  return typeof path === 'string'
    ? path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
    : path;
}

/** RFC 2045 section 5.1, `type/subtype` alone: parameters are ours to write. Throws EmailError `bad-attachment`. */
export function readContentType(value: unknown, field: string): string | undefined {
  if (!isGiven(value)) return undefined;
  if (
    typeof value !== 'string' ||
    !/^[\w!#$%&'*+.^`{|}~-]{1,100}\/[\w!#$%&'*+.^`{|}~-]{1,100}$/.test(value)
  ) {
    throw bad(field, 'a content type is written like application/pdf, without parameters');
  }
  if (/^multipart\//i.test(value)) throw bad(field, 'an attachment cannot be multipart');
  return value;
}

/** RFC 2392: letters, digits and marks as in an address, without angle brackets. Throws EmailError `bad-attachment`. */
export function readContentId(value: unknown, field: string): string | undefined {
  if (!isGiven(value)) return undefined;
  const valid = typeof value === 'string' && /^[\w!#$%&'*+./=?^`{|}~-]+(@[\w.-]+)?$/.test(value);
  if (valid && value.length <= longestContentId) return value;
  throw bad(field, 'a cid has only letters, digits and marks such as . - _ @');
}

function bad(field: string, why: string): EmailError {
  return new EmailError('bad-attachment', { field, detail: { why } });
}
