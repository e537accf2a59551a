import { EmailError } from '../kernel/errors.ts';

export interface Envelope {
  /** MAIL FROM; empty string for the null reverse-path. */
  readonly from: string;
  /** RCPT TO, checked addresses, at least one. */
  readonly to: readonly string[];
}

/** A mail as it goes over the wire: CRLF line ends, signed, with its envelope. */
export interface OutgoingMail {
  readonly envelope: Envelope;
  readonly raw: Uint8Array;
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
  /** Connects, negotiates TLS, signs in, leaves; resolves with what was found in plain words, throws EmailError. */
  verify(): Promise<string>;
  /** Ends idle connections at once and busy ones after their mail. */
  close(): Promise<void>;
}
