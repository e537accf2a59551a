/** A copy about to leave comes in; who of its recipients must not get it goes out (fail closed). */
import type { Clock } from '../kernel/clock.ts';
import { asEmailError, EmailError } from '../kernel/errors.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import type { UnsubscribeSettings } from '../settings/app-settings.ts';
import { skipSenderOf } from '../settings/skip-sender.ts';
import { holdFailure } from '../suppression/hold-failure.ts';
import type { SuppressionList } from '../suppression/suppression-list.ts';
import { type HeldMail, holdReason, isOwnWish } from '../suppression/suppression-policy.ts';
import type { OutboxEntry, RefusedRecipient } from './outbox.ts';

export interface Verdict {
  /** Nobody gets this copy. */
  readonly hold?: { readonly code: string; readonly reason: string };
  /** These leave its envelope, each for its own reason. */
  readonly held: readonly RefusedRecipient[];
}

/**
 * `leaders`: everybody in To, when this is the copy of a Cc or Bcc recipient alone; it leaves only while one of them
 * may be mailed. Throws EmailError `list-unreadable`, retryable.
 */
export type RecipientCheck = (entry: OutboxEntry, leaders?: readonly Mailbox[]) => Promise<Verdict>;

export interface CheckingRooms {
  readonly list: Pick<SuppressionList, 'find'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly unsubscribe: Pick<UnsubscribeSettings, 'skipSenders' | 'checkCopies'>;
  /**
   * True for the mail that asks its only reader to confirm that they want mail again; all but their own unsubscribing
   * holds it too. No mail of a flow is one: see `PendingConfirmations`.
   */
  readonly isConfirmation?: (emailId: string) => Promise<boolean>;
}

export function recipientCheck(rooms: CheckingRooms): RecipientCheck {
  const { list, clock, unsubscribe, isConfirmation } = rooms;
  const { checkCopies } = unsubscribe;
  return async (entry, leaders = []) => {
    const { recipients, riders } = entry.part;
    const anyway = skipSenderOf(entry.sender, unsubscribe)?.sendAnyway ?? false;
    const among = (addresses: readonly string[], sendAnyway = anyway) =>
      findHeld({ list, now: clock.now(), isConfirmation }, addresses, { ...entry, sendAnyway });
    const amongCopies: FindHeld = (addresses) => among(addresses, anyway || !checkCopies);
    const own = leaders.length === 0 ? among(recipients) : amongCopies(recipients);
    const held = [...(await own), ...(riders.length > 0 ? await amongCopies(riders) : [])];
    const [first, ...others] = held.filter(({ address }) => recipients.includes(address));
    if (first && others.length + 1 === recipients.length) return { hold: first, held };
    const leader = await allHeld(leaders, among);
    if (!leader) return { held };
    // a code of its own: this recipient did not leave, and must not be taken for one who did
    const { code, message: reason } = new EmailError('no-to-left', { detail: { why: leader.reason } });
    return { hold: { code, reason }, held: [] };
  };
}

type FindHeld = (addresses: readonly string[]) => Promise<readonly RefusedRecipient[]>;

async function findHeld(
  { list, now, isConfirmation }: Pick<CheckingRooms, 'list' | 'isConfirmation'> & { now: number },
  addresses: readonly string[],
  mail: HeldMail & Pick<OutboxEntry, 'part'>,
): Promise<readonly RefusedRecipient[]> {
  const entries = await list.find(addresses, now).catch((cause: unknown) => {
    const why = asEmailError(cause).message;
    throw new EmailError('list-unreadable', { detail: { why }, retryable: true, cause });
  });
  const passes = entries.size > 0 && (await isConfirmation?.(mail.part.id));
  return addresses.flatMap((address) => {
    const all = entries.get(address) ?? [];
    const hold = holdReason(passes ? all.filter((entry) => !isOwnWish(entry)) : all, mail);
    if (!hold) return [];
    const { code, message: reason } = holdFailure(hold);
    return [{ address, code, reason }];
  });
}

/** Most lists have somebody at their beginning who may be mailed. */
const leadersAtOnce = 100;

/** What holds the first leader if it is so for all; undefined while one of them may be mailed. */
async function allHeld(leaders: readonly Mailbox[], among: FindHeld): Promise<RefusedRecipient | undefined> {
  let first: RefusedRecipient | undefined;
  for (let at = 0; at < leaders.length; at += leadersAtOnce) {
    const some = leaders.slice(at, at + leadersAtOnce).map(({ address }) => address);
    const held = await among(some);
    if (held.length < some.length) return undefined;
    first ??= held[0];
  }
  return first;
}
