/** Text meant for one line of a mail comes in; nothing that could end that line passes. */
import { EmailError } from '../kernel/errors.ts';

/** Control characters, the line separators of Unicode, and halves of surrogate pairs, which have no UTF-8 form. */
const unsafe = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

/** Throws EmailError `unsafe-characters`: such text is refused, not cleaned, so that nobody's mail is rewritten. */
export function refuseUnsafe(text: string, field: string): void {
  if (unsafe.test(text)) throw new EmailError('unsafe-characters', { field });
}
