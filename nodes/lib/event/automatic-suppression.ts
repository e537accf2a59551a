/** Proven reports on mails of ours come in; the addresses that must not be mailed any more go on the suppression list. */
import type { EventSettings } from '../settings/event-settings.ts';
import type { NewSuppression, SuppressionList } from '../suppression/suppression-list.ts';
import type { RecipientNotice } from './delivery-notices.ts';

/** Soft bounces of an address in a row. */
export interface SoftBounceTally {
  /** One for each mail; answers how many there are since `since`, both in ms since the epoch. */
  add(bounce: { address: string; mail: string; at: number; since: number }): Promise<number>;
  /** A delivery, or an entry of the list, ends the row. */
  forget(address: string): Promise<void>;
  prune(before: number): Promise<void>;
}

export interface AutomaticRooms {
  readonly settings: Pick<EventSettings, 'suppressHardBounces' | 'suppressComplaints' | 'softBounces'>;
  readonly list: Pick<SuppressionList, 'add'>;
  readonly tally: SoftBounceTally;
}

const day = 24 * 3_600_000;
/** A full mailbox is emptied some day. */
const softBounceDays = 30;

/**
 * The same report may come again. A hard bounce and a complaint hold the address for good; so many soft bounces in so
 * many days, of different mails and with no delivery between them, hold it for 30 days. `policy` and `delayed` hold nobody.
 */
export async function suppressAutomatically(
  notices: readonly RecipientNotice[],
  rooms: AutomaticRooms,
): Promise<void> {
  const entries: NewSuppression[] = [];
  for (const notice of notices) {
    const entry = await entryFor(notice, rooms);
    if (entry) entries.push(entry);
  }
  if (entries.length > 0) await rooms.list.add(entries);
}

async function entryFor(notice: RecipientNotice, rooms: AutomaticRooms): Promise<NewSuppression | undefined> {
  const { recipient: address, at, emailId, report } = notice;
  const { settings, tally } = rooms;
  const base = { address, at, emailId, detail: wordsOf(notice) };
  if (report.severity === 'hard' && settings.suppressHardBounces)
    return { ...base, cause: 'hard-bounce', method: 'bounce' };
  if (report.severity === 'complaint' && settings.suppressComplaints && report.feedbackType !== 'not-spam')
    return { ...base, cause: 'complaint', method: 'complaint' };
  if (report.severity === 'delivered') await tally.forget(address);
  if (report.severity !== 'soft' || !(await isLastStraw(notice, rooms))) return undefined;
  await tally.forget(address);
  return { ...base, cause: 'soft-bounce', method: 'bounce', expiresAt: at + softBounceDays * day };
}

/** The row is forgotten before the entry is there: should that fail, the mails to come make another. */
async function isLastStraw(
  { recipient: address, at, emailId }: RecipientNotice,
  { settings: { softBounces }, tally }: AutomaticRooms,
): Promise<boolean> {
  if (!softBounces) return false;
  const since = at - softBounces.days * day;
  const mail = emailId ?? String(at);
  return (await tally.add({ address, mail, at, since })) >= softBounces.count;
}

const longestDetail = 500;

function wordsOf({ report }: RecipientNotice): string | undefined {
  const { status, reason, diagnostic, feedbackType } = report;
  const words = [feedbackType, status, reason === 'unknown' ? '' : reason, diagnostic].filter(Boolean);
  return words.length > 0 ? words.join(' ').slice(0, longestDetail) : undefined;
}
