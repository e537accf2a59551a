import { EmailError } from '../kernel/errors.ts';

/** The account, or what is in it already, stands in the way; `why` completes “This was not set up: …”. */
export function setupRefused(why: string, field?: string): EmailError {
  return new EmailError('setup-refused', { field, detail: { why } });
}
