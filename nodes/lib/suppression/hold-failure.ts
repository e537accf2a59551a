/** The entry that holds a mail in; what its sender is told about it out. */
import { EmailError } from '../kernel/errors.ts';
import type { Suppression, SuppressionCause } from './suppression-list.ts';

/** As the Webex Connect channel numbers them: 7241 and, for `bounced`, 7240. */
export type HoldCode = 'unsubscribed' | 'bounced' | 'complained';

const codes: Readonly<Record<SuppressionCause, HoldCode>> = {
  unsubscribe: 'unsubscribed',
  manual: 'unsubscribed',
  import: 'unsubscribed',
  complaint: 'complained',
  'hard-bounce': 'bounced',
  'soft-bounce': 'bounced',
};

const stories: Readonly<Record<SuppressionCause, string>> = {
  unsubscribe: 'they unsubscribed',
  manual: 'entered by hand',
  import: 'imported',
  complaint: 'complaint',
  'hard-bounce': 'the mailbox does not exist',
  'soft-bounce': 'the mailbox could not be reached',
};

/** Code and reason of a held mail, as a failure that was not thrown. Evidence and detail stay in the list. */
export function holdFailure({ cause, listTopic, at }: Suppression): EmailError {
  const scope = listTopic === undefined ? '' : `, for ${listTopic}`;
  const since = new Date(at).toISOString().slice(0, 10);
  return new EmailError(codes[cause], { detail: { why: `${stories[cause]}${scope}, ${since}` } });
}
