/** A checked request comes in; who gets which copy, and who is seen on it, goes out. Pure. */
import type { Values } from '../mail/mail-content.ts';
import { type Mailbox, mailboxOf } from '../mail/mailbox.ts';
import type { Recipient, SendRequest } from '../request/send-fields.ts';
import type { NewPart } from './outbox.ts';

export interface CopyPlan {
  /** The To header of every copy; without it each copy shows its own recipient alone. */
  readonly visibleTo?: readonly Mailbox[];
  readonly visibleCc: readonly Mailbox[];
  /** Everybody in To, when Cc and Bcc recipients get copies of their own. */
  readonly primaries?: readonly Mailbox[];
  readonly parts: readonly NewPart[];
}

/** One copy: the recipient it is for and counted by, further ones in its envelope, and riders. */
interface Copy {
  readonly recipient: Recipient;
  readonly others?: readonly Recipient[];
  readonly riders?: readonly Recipient[];
}

/**
 * `together`: one copy for all. Otherwise one for each To address, whose recipients do not see each other, while Cc
 * and Bcc ride on the first. `personal` says that the mail carries an unsubscribe link or header of its reader's own:
 * then each Cc and Bcc address gets a copy of the first mail for itself. A Bcc address is never visible.
 */
export function planCopies(
  request: SendRequest,
  personal: boolean,
  newId: () => string,
  newMessageId: () => string,
): CopyPlan {
  const newPart = ({ recipient, others = [], riders = [] }: Copy): NewPart => ({
    id: newId(),
    to: mailboxOf(recipient),
    recipients: [recipient, ...others].map(addressOf),
    riders: riders.map(addressOf),
    values: recipient.values,
    correlationId: recipient.correlationId ?? request.correlationId,
    messageId: newMessageId(),
  });
  const { copies, to, cc, bcc } = request;
  return {
    visibleTo: copies === 'together' || to.length === 1 ? to.map(mailboxOf) : undefined,
    visibleCc: cc.map(mailboxOf),
    primaries: personal && cc.length + bcc.length > 0 ? to.map(mailboxOf) : undefined,
    parts: copiesOf(request, personal).map(newPart),
  };
}

function copiesOf({ copies, to, cc, bcc }: SendRequest, personal: boolean): Copy[] {
  const [first, ...others] = to;
  const riders = [...cc, ...bcc];
  if (first === undefined) return [];
  if (personal) {
    const alike = riders.map((one) => ({ ...one, values: bothValues(first, one) }));
    return [...to, ...alike].map((recipient) => ({ recipient }));
  }
  if (copies === 'together') return [{ recipient: first, others, riders }];
  return [{ recipient: first, riders }, ...others.map((recipient) => ({ recipient }))];
}

/** What stands in the first mail, with what was given for this reader. */
function bothValues(first: Recipient, one: Recipient): Values {
  return Object.assign(Object.create(null), first.values, one.values);
}

function addressOf({ address }: Mailbox): string {
  return address;
}
