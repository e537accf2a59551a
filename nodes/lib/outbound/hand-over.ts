/** Conductor of one claimed part: it enters as an outbox entry and leaves as the settlement to record. */

import type { Clock } from '../kernel/clock.ts';
import { asEmailError } from '../kernel/errors.ts';
import type { DeliverySettings } from '../settings/app-settings.ts';
import type { OutgoingMail, Transport } from '../transport/transport.ts';
import type { OutboxEntry, Settlement } from './outbox.ts';
import { type Outcome, settleExpired, settlementFor } from './settlement.ts';

export interface HandOverDesk {
  readonly compose: (entry: OutboxEntry) => Promise<OutgoingMail>;
  readonly transport: Pick<Transport, 'deliver'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly delivery: Pick<DeliverySettings, 'giveUpAfter' | 'unknown'>;
  /** Takes the lesson of an outcome for the mails to come; answers when the route may be tried again. */
  readonly learn: (outcome: Outcome, entry: OutboxEntry, startedAt: number) => Promise<number>;
}

/** Never rejects. */
export async function handOver(entry: OutboxEntry, desk: HandOverDesk): Promise<Settlement> {
  const startedAt = desk.clock.now();
  if (entry.expiresAt !== undefined && entry.expiresAt <= startedAt) return settleExpired(entry, startedAt);
  const outcome = await attempt(entry, desk);
  const routeRetryAt = await desk.learn(outcome, entry, startedAt);
  return settlementFor(entry, outcome, { ...desk, now: desk.clock.now(), routeRetryAt });
}

async function attempt(entry: OutboxEntry, { compose, transport }: HandOverDesk): Promise<Outcome> {
  let mail: OutgoingMail;
  try {
    mail = await compose(entry);
  } catch (thrown) {
    return { kind: 'unfit', failure: asEmailError(thrown) };
  }
  try {
    return { kind: 'taken', receipt: await transport.deliver(mail) };
  } catch (thrown) {
    return { kind: 'refused', failure: asEmailError(thrown) };
  }
}
