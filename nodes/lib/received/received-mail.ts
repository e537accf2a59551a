/** A received mail as flows get it in `msg.email`, whichever source it came by. */
import type { Mailbox } from '../mail/mailbox.ts';

export type MailKind =
  | 'mail'
  | 'reply'
  | 'unsubscribe'
  | 'bounce'
  | 'complaint'
  | 'auto-reply'
  | 'forwarding-confirmation'
  | 'loop';

export type MailSource = 'smtp' | 'imap' | 'ses' | 'http';

export interface ReceivedMail {
  readonly kind: MailKind;
  readonly from?: Mailbox;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly replyTo: readonly Mailbox[];
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  /** The text without quoted mails and signature. */
  readonly strippedText?: string;
  /** Without angle brackets, as those in `references` are. */
  readonly messageId?: string;
  readonly inReplyTo?: string;
  readonly references: readonly string[];
  /** ms since the epoch */
  readonly date?: number;
  /** Names in lower case; several fields of one name as a list, topmost first. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly attachments: readonly ReceivedAttachment[];
  readonly auth: AuthVerdicts;
  readonly verdicts: { readonly spam?: Verdict; readonly virus?: Verdict };
  /** Bytes of the raw mail. */
  readonly size: number;
  /** As the source knows it; of a mailbox, as its topmost header fields say, which nobody vouches for. */
  readonly envelope: ReceivedEnvelope;
  /** Set with kind `bounce` or `complaint`, one per recipient. */
  readonly reports?: readonly DeliveryReport[];
  /** Set with kind `forwarding-confirmation`; the link is never followed by us. */
  readonly confirmation?: { readonly code?: string; readonly link?: string; readonly forwards?: string };
  /**
   * The mail of ours that it answers or reports on. `tag`: it has the tag of that mail's return address, which nobody else
   * can make; `id`: it names the Message-ID, which whoever saw the mail can quote.
   */
  readonly about?: { readonly emailId: string; readonly correlationId?: string; readonly by: 'tag' | 'id' };
  /** Why the mail could not be read; then it is `mail` with what could be. */
  readonly parseError?: string;
}

/** What can be said of a mail before anybody knows what it is about. */
export type ParsedMail = Omit<ReceivedMail, 'kind' | 'reports' | 'confirmation' | 'about'>;

export interface ReceivedEnvelope {
  /** Empty for the null reverse-path. */
  readonly from?: string;
  readonly to: readonly string[];
}

export interface ReceivedAttachment {
  /** Safe to be used as a file name. */
  readonly filename: string;
  readonly contentType: string;
  /** Bytes */
  readonly size: number;
  readonly cid?: string;
  readonly content: Uint8Array;
}

export type Verdict = 'pass' | 'fail' | 'gray' | 'none';
export type AuthResult = 'pass' | 'fail' | 'softfail' | 'neutral' | 'none' | 'temperror' | 'permerror';

/** RFC 8601 words; `none` when nobody looked. */
export interface AuthVerdicts {
  readonly spf: AuthResult;
  readonly dkim: AuthResult;
  readonly dmarc: AuthResult;
  /** Domains of the DKIM signatures that passed. */
  readonly signedBy: readonly string[];
  /** Of a mail with the null reverse-path: the name that its server gave, if SPF passed for that. */
  readonly helo?: string;
}

export const noVerdicts: AuthVerdicts = { spf: 'none', dkim: 'none', dmarc: 'none', signedBy: [] };

export type BounceReason =
  | 'no-such-user'
  | 'no-such-domain'
  | 'disabled'
  | 'mailbox-full'
  | 'message-too-large'
  | 'content-rejected'
  | 'sender-rejected'
  | 'spam-or-reputation'
  | 'policy'
  | 'too-many'
  | 'unreachable'
  | 'timed-out'
  | 'loop'
  | 'unknown';

/** What a report says of one recipient. */
export interface DeliveryReport {
  /** Lower-cased domain; undefined when the report hides it. */
  readonly address?: string;
  /** Where the mail had been sent on to when it failed; `address` is what its sender said, whoever that was (RFC 3461). */
  readonly finalAddress?: string;
  /** `hard`: the address will never take mail; `soft`: not now; `policy`: not this sender or content; `delayed`: still trying. */
  readonly severity: 'hard' | 'soft' | 'policy' | 'delayed' | 'delivered' | 'complaint';
  /** RFC 3463, e.g. `5.1.1`; empty if none is given. */
  readonly status: string;
  readonly reason: BounceReason;
  /** The server's words, one line. */
  readonly diagnostic: string;
  /** Of a complaint (RFC 5965): `abuse`, `fraud`, `virus`, `not-spam`, `other`. */
  readonly feedbackType?: string;
}
