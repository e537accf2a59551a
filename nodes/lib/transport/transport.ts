import { EmailError } from '../kernel/errors.ts';
import type { Tracking } from '../mail/mail-content.ts';
import type { OwnPart, SharedMail } from '../mail/shared-mail.ts';

export interface Envelope {
  /** MAIL FROM; empty string for the null reverse-path. */
  readonly from: string;
  /** RCPT TO, checked addresses, at least one. */
  readonly to: readonly string[];
}

/** A mail as it goes over the wire: CRLF line ends, signed, with its envelope. */
export interface OutgoingMail extends MailLabels {
  readonly envelope: Envelope;
  readonly raw: Uint8Array;
}

/** A copy for one reader of a mail that others get too, for a route that fills it in by itself. */
export interface SharedCopy extends MailLabels {
  readonly envelope: Envelope;
  /** The same for all copies of a mail, so that they can be told. */
  readonly shared: SharedMail;
  readonly own: OwnPart;
}

interface MailLabels {
  /** The From address, where the envelope has another. */
  readonly from?: string;
  /** Our own key of this copy, by which a route's later reports are matched: `[A-Za-z0-9_-]{1,256}`. */
  readonly key?: string;
  readonly tracking?: Tracking;
}

export interface Refusal {
  readonly address: string;
  readonly failure: EmailError;
}

/** The peer took the mail for nobody and gave each recipient an answer of its own; it says what one of these says. */
export class NobodyTaken extends EmailError {
  readonly refused: readonly Refusal[];

  constructor(failure: EmailError, refused: readonly Refusal[]) {
    super(failure.code, failure);
    this.refused = refused;
  }
}

export interface Receipt {
  /** `captured` when nothing left the machine. */
  readonly code: 'sent' | 'captured';
  readonly accepted: readonly string[];
  /** Recipients that the server did not take although it took the mail for others. */
  readonly refused: readonly Refusal[];
  /** The server's last answer, e.g. `250 2.0.0 Ok: queued as 4F2`. */
  readonly response: string;
  readonly providerMessageId?: string;
  /** The Message-ID that readers see, without brackets, where the route replaces ours. */
  readonly messageId?: string;
}

/** What a provider lets an account send; recipients are counted. */
export interface SendQuota {
  readonly perSecond: number;
  /** In any 24 hours; Infinity if there is no limit. */
  readonly perDay: number;
  /** In the last 24 hours. */
  readonly usedToday: number;
}

/**
 * A way for mail to leave: one adapter per route.
 *
 * `deliver` resolves when the peer has taken responsibility for at least one recipient. It throws EmailError:
 * `retryable: true` if the same mail may be tried again (nothing was taken), `false` if it never will be taken, and
 * code `no-answer` if the mail was written and no answer came, so that it may have been taken. Where several recipients
 * were refused it is `NobodyTaken`.
 * It may be called concurrently. Connections are opened on first use and kept.
 */
export interface Transport {
  deliver(mail: OutgoingMail): Promise<Receipt>;
  /** Only on routes that fill in copies by themselves; otherwise as `deliver`. */
  deliverCopy?(copy: SharedCopy): Promise<Receipt>;
  /** Connects, negotiates TLS, signs in, leaves; resolves with what was found in plain words, throws EmailError. */
  verify(): Promise<string>;
  /** Only on routes of an account with a quota. Throws EmailError. */
  quota?(): Promise<SendQuota>;
  /** Ends idle connections at once and busy ones after their mail. */
  close(): Promise<void>;
}
