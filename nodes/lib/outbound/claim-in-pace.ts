/** Free places at the route come in; as many due mails go out, where several machines send no more than all of them may. */
import type { Outbox, OutboxEntry } from './outbox.ts';
import type { Pace } from './pace.ts';

export interface ClaimingRooms {
  readonly outbox: Pick<Outbox, 'claim'>;
  readonly pace?: Pace;
  /** Mails per second of the whole app at present. */
  readonly perSecond: number;
  /** Mails or recipients, whichever the route counts. */
  readonly costOf: (claimed: readonly OutboxEntry[]) => number;
}

/** Throws what the store throws; then nothing was claimed. */
export async function claimInPace(
  wanted: number,
  now: number,
  { outbox, pace, perSecond, costOf }: ClaimingRooms,
): Promise<readonly OutboxEntry[]> {
  if (wanted === 0) return [];
  const granted = pace ? await pace.take(wanted, perSecond) : wanted;
  const claimed = granted > 0 ? await outbox.claim(granted, now) : [];
  const unused = granted - costOf(claimed);
  // what was claimed must not be lost with it, and time gives it back as well
  if (unused !== 0) await pace?.giveBack(unused).catch(() => {});
  return claimed;
}
