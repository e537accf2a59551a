/** Entries of the list and what a mail is in; the one that holds the mail back out. */
import { EmailError } from '../kernel/errors.ts';
import type { NewSuppression, Suppression, SuppressionCause } from './suppression-list.ts';

export interface HeldMail {
  readonly messageClass: 'marketing' | 'transactional';
  readonly listTopic?: string;
  /** The sender is a skip sender that writes to the unsubscribed too. */
  readonly sendAnyway: boolean;
}

/**
 * The entry of highest rank that the mail obeys; undefined if it may go. Complaints and hard bounces, of whatever topic,
 * hold every mail; entries for the whole app hold all but those sent anyway; entries for a topic hold marketing of
 * that topic. `entries` are those that `find` gave for the recipient: their own and their domain's, unexpired.
 */
export function holdReason(entries: readonly Suppression[], mail: HeldMail): Suppression | undefined {
  return (
    entries.find(({ cause }) => isGrave(cause)) ??
    (mail.sendAnyway ? undefined : (entries.find(isAppWide) ?? entries.find((entry) => ofTopic(entry, mail))))
  );
}

/** What a person asked for themselves, and may take back: no entry of a whole domain, nor of somebody erased. */
export function isOwnWish({ cause, address, erased }: Suppression): boolean {
  return cause === 'unsubscribe' && !erased && !address.startsWith('@');
}

/** What a person or a mail server said about every mail. */
export function isGrave(cause: SuppressionCause): boolean {
  return cause === 'complaint' || cause === 'hard-bounce';
}

function isAppWide({ listTopic }: Suppression): boolean {
  return listTopic === undefined;
}

function ofTopic({ listTopic }: Suppression, mail: HeldMail): boolean {
  return mail.messageClass === 'marketing' && listTopic === mail.listTopic;
}

/** What a person asked for, or what says that a mailbox is gone, has no end by itself. */
export function mayExpire(cause: SuppressionCause): boolean {
  return cause === 'soft-bounce' || cause === 'manual';
}

/** Throws EmailError `bad-time` for an entry that must not expire. */
export function requireExpiry({ cause, expiresAt }: NewSuppression): void {
  if (expiresAt === undefined || mayExpire(cause)) return;
  throw new EmailError('bad-time', {
    field: 'expiresAt',
    detail: { why: 'only entries for a soft bounce or made by hand may expire' },
  });
}
