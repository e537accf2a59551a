/** Conductor of one claimed part: it enters as an outbox entry and leaves as the settlement to record. */

import type { Clock } from '../kernel/clock.ts';
import { asEmailError, EmailError } from '../kernel/errors.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import type { DeliverySettings } from '../settings/app-settings.ts';
import type { OutgoingMail, Receipt, SharedCopy, Transport } from '../transport/transport.ts';
import type { RecipientCheck, Verdict } from './check-recipients.ts';
import type { OutboxEntry, Settlement } from './outbox.ts';
import { addHeld, type Outcome, settleExpired, settlementFor, settleSuppressed } from './settlement.ts';

export type ComposedMail = (OutgoingMail | SharedCopy) & {
  /** Whom it follows, when it is a copy for a Cc or Bcc recipient alone. */
  readonly leaders?: readonly Mailbox[];
  /** As in Settlement. */
  readonly tagged?: boolean;
};

export interface HandOverDesk {
  /** A mail from a claimed part. What it throws is the part's failure; `retryable` ones are tried again. */
  readonly compose: (entry: OutboxEntry) => Promise<ComposedMail>;
  readonly check: RecipientCheck;
  readonly transport: Pick<Transport, 'deliver' | 'deliverCopy' | 'quota'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly delivery: Pick<DeliverySettings, 'giveUpAfter' | 'unknown'>;
  /** Takes the lesson of an outcome for the mails to come; answers when the route may be tried again. */
  readonly learn: (outcome: Outcome, entry: OutboxEntry, startedAt: number) => Promise<number>;
}

/** Never rejects. The recipients are checked last, right before the route has the mail. */
export async function handOver(entry: OutboxEntry, desk: HandOverDesk): Promise<Settlement> {
  const startedAt = desk.clock.now();
  if (entry.expiresAt !== undefined && entry.expiresAt <= startedAt) return settleExpired(entry, startedAt);
  const settle = async (served: OutboxEntry, outcome: Outcome): Promise<Settlement> => {
    const routeRetryAt = await desk.learn(outcome, served, startedAt);
    return settlementFor(served, outcome, { ...desk, now: desk.clock.now(), routeRetryAt });
  };
  const checked = await composeAndCheck(entry, desk);
  if (checked instanceof EmailError) return settle(entry, { kind: 'unfit', failure: checked });
  const { mail, tagged, hold, held } = checked;
  if (hold) return settleSuppressed(entry, { hold, held }, desk.clock.now());
  const served = withoutHeld(entry, held);
  const envelope = { ...mail.envelope, to: [...served.part.recipients, ...served.part.riders] };
  const outcome = await deliver({ ...mail, envelope }, desk);
  return { ...addHeld(await settle(served, outcome), held), ...(tagged && { tagged }) };
}

async function composeAndCheck(
  entry: OutboxEntry,
  { compose, check }: HandOverDesk,
): Promise<(Verdict & { mail: OutgoingMail | SharedCopy; tagged?: boolean }) | EmailError> {
  try {
    const { leaders, tagged, ...mail } = await compose(entry);
    return { ...(await check(entry, leaders)), mail, tagged };
  } catch (thrown) {
    return asEmailError(thrown);
  }
}

function withoutHeld(entry: OutboxEntry, held: Verdict['held']): OutboxEntry {
  const mayGet = (address: string) => !held.some((one) => one.address === address);
  const { recipients, riders } = entry.part;
  const part = { ...entry.part, recipients: recipients.filter(mayGet), riders: riders.filter(mayGet) };
  return { ...entry, part };
}

async function deliver(mail: OutgoingMail | SharedCopy, { transport }: HandOverDesk): Promise<Outcome> {
  try {
    return { kind: 'taken', receipt: await giveTo(transport, mail) };
  } catch (thrown) {
    return { kind: 'refused', failure: asEmailError(thrown) };
  }
}

function giveTo(transport: HandOverDesk['transport'], mail: OutgoingMail | SharedCopy): Promise<Receipt> {
  if ('raw' in mail) return transport.deliver(mail);
  if (transport.deliverCopy) return transport.deliverCopy(mail);
  throw new EmailError('internal-error', { detail: { why: 'the route takes finished mails only' } });
}
