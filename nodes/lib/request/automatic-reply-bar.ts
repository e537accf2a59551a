/** A received mail's headers and addresses come in; why it must not be answered automatically goes out, if so. */
import type { ReceivedHeaders } from './received-headers.ts';

/** Written on the automatic answers of every email app. */
const loopHeader = 'x-email-app-loop';

const bulkWords = /^(bulk|list|junk|auto_reply)$/i;
/** `mailer-daemon`, `postmaster`, `no-reply`, `do.not.reply`, also as `forwarding-noreply` or `noreply+4711`. */
const robot = /(^|[-_.+])(mailer-daemon|postmaster|no[-_.]?reply|do[-_.]?not[-_.]?reply)([-_.+@]|$)/i;

/** RFC 3834 section 2 and what mail systems agreed on beside it; undefined if an answer is allowed. */
export function automaticReplyBar(
  headers: ReceivedHeaders,
  addresses: readonly string[],
): string | undefined {
  const has = (name: string, test: (value: string) => boolean): boolean =>
    (headers.get(name) ?? []).some(test);
  if (has('return-path', (path) => /^(<\s*>)?$/.test(path.trim()))) return 'its return path is empty';
  if (has('auto-submitted', (value) => !/^no\s*([;(]|$)/i.test(value.trim())))
    return 'it was sent automatically';
  if (has('precedence', (value) => bulkWords.test(value.trim()))) return 'it is bulk mail';
  if ([...headers.keys()].some((name) => name.startsWith('list-'))) return 'it comes from a mailing list';
  if (headers.has('x-auto-response-suppress')) return 'it asks for no automatic answer';
  if (headers.has(loopHeader))
    return 'it was sent by an email app, so the two would answer each other for ever';
  if (addresses.some((address) => robot.test(address))) return 'nobody reads the address it comes from';
  return undefined;
}
