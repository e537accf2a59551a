/** What a text may come to once its placeholders are filled in. */
import { EmailError } from '../kernel/errors.ts';

/** UTF-16 units. */
export const longestFilled = 10_000_000;

export function tooLongFilled(field: string): EmailError {
  const expected = 'shorter once its placeholders are filled in';
  return new EmailError('wrong-type', { field, detail: { expected } });
}
