/** Notices of SES about mails that were sent come in; they are on disk as events, reports and records when it resolves. */
import { parseJson } from '../kernel/parse-json.ts';
import type { DeliveryRecords, KnownPart, SentAfterAll } from '../outbound/delivery-records.ts';
import type { SuppressionList } from '../suppression/suppression-list.ts';
import type { OnNotices } from './delivery-notices.ts';
import { type ScannerWatch, scannerWatch } from './likely-scanner.ts';
import { readSesEvent, type SesEvent } from './ses-event.ts';
import { sesEvents } from './ses-events.ts';

export interface SesNoticeRooms {
  readonly records: DeliveryRecords;
  readonly onNotices: OnNotices;
  readonly list: Pick<SuppressionList, 'add'>;
  readonly isScanner?: ScannerWatch;
}

export interface SesNotice {
  readonly body: string;
  /** ms since the epoch */
  readonly arrivedAt: number;
}

/** Throws EmailError `bad-notice`. */
export function readSesNotice({ body, arrivedAt }: SesNotice): SesEvent {
  return readSesEvent(parseJson(body), arrivedAt);
}

/** Events come first: should the rest fail, all of it is told again, and an event that is there stays one. */
export async function takeSesEvents(
  events: readonly SesEvent[],
  { records, onNotices, list, isScanner = scannerWatch() }: SesNoticeRooms,
): Promise<void> {
  const known = await records.find(
    events.map(({ mail: { key, messageId } }) => (key ? { key } : { providerMessageId: messageId })),
  );
  const told = events.map((event, index) => sesEvents(event, known[index], isScanner));
  await onNotices({
    events: told.flatMap((one) => one.events),
    reports: told.flatMap((one) => one.reports),
  });
  const leaves = told.flatMap((one) => one.leaves);
  if (leaves.length > 0) await list.add(leaves);
  await records.note(
    told.flatMap((one) => one.deliveries),
    events.flatMap((event, index) => sentAfterAll(event, known[index])),
  );
}

/** Whatever SES did with a mail, it had it. */
function sentAfterAll({ mail, type }: SesEvent, known: KnownPart | undefined): SentAfterAll[] {
  if (known?.record.state !== 'unknown' || type === 'Rendering Failure') return [];
  const { messageId: providerMessageId, at } = mail;
  const reason = `Amazon SES told later that it has it, as ${providerMessageId}`;
  return [{ partId: known.record.id, at, providerMessageId, reason }];
}
