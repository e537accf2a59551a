/** What a provider or a bounce mail says became of our mail, as the event log and automatic suppression get it. */
import type { DeliveryReport } from '../received/received-mail.ts';
import type { NewEvent } from './event-log.ts';

/** New evidence about one recipient, from a source that proved itself (a signed notice, a bounce of a mail of ours). */
export interface RecipientNotice {
  readonly recipient: string;
  /** ms since the epoch */
  readonly at: number;
  readonly report: DeliveryReport;
  /** Undefined when the mail is not known to be one of ours. */
  readonly emailId?: string;
}

export interface DeliveryNotices {
  readonly events: readonly NewEvent[];
  /** Left out is what is no evidence: a guess about who complained, an address that was held and not tried. */
  readonly reports: readonly RecipientNotice[];
}

/** Resolves when all of it is on disk. Told again after a crash in between; events have keys for that. */
export type OnNotices = (notices: DeliveryNotices) => Promise<void>;
