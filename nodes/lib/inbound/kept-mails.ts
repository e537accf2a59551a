/** Received mails that the flows have had, for a person to look into: sealed, for some days, as many as there is room for. */

import type { Mailbox } from '../mail/mailbox.ts';
import type {
  AuthVerdicts,
  MailKind,
  MailSource,
  ReceivedEnvelope,
  ReceivedMail,
} from '../received/received-mail.ts';
import type { InboundMessage } from './mail-listener.ts';

/** What a list shows. */
export interface KeptSummary {
  readonly id: string;
  readonly kind: MailKind;
  readonly source: MailSource;
  /** ms since the epoch */
  readonly receivedAt: number;
  readonly from?: Mailbox;
  readonly to: readonly Mailbox[];
  readonly subject: string;
  /** Bytes of the raw mail. */
  readonly size: number;
  readonly attachments: number;
  readonly envelope: ReceivedEnvelope;
  readonly auth: AuthVerdicts;
  readonly verdicts: ReceivedMail['verdicts'];
  readonly parseError?: string;
}

export interface KeptPage {
  /** Newest first. */
  readonly mails: readonly KeptSummary[];
  /** Hand it back for the next page; undefined after the last. */
  readonly next?: string;
}

export interface OpenedKeptMail {
  readonly summary: KeptSummary;
  /** Absolute path of the raw mail, opened for whoever asked; it goes with `done`. */
  readonly file: string;
  readonly done: () => Promise<void>;
}

export interface KeptMails {
  /** The file of the message is read to its end. Throws EmailError `disk-full`, `store-unavailable`. */
  keep(message: InboundMessage): Promise<void>;
  list(options: { readonly limit: number; readonly after?: string }): Promise<KeptPage>;
  /** Undefined for an id that is not there, whatever its form. Throws EmailError `row-unreadable`. */
  open(id: string): Promise<OpenedKeptMail | undefined>;
  /** `before` in ms since the epoch. */
  prune(before: number): Promise<void>;
}

export function summaryOf({ id, mail, source, receivedAt }: InboundMessage): KeptSummary {
  const { kind, from, to, subject, size, attachments, envelope, auth, verdicts, parseError } = mail;
  const about = { id, kind, source, receivedAt, from, to, subject, size };
  return { ...about, attachments: attachments.length, envelope, auth, verdicts, parseError };
}
