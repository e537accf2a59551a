/** What a node asks its app to send, what the app needs for it, and what comes of it. */
import type { Clock } from '../kernel/clock.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import type { Mailings } from '../outbound/mailings.ts';
import type { Outbox } from '../outbound/outbox.ts';
import type { SendFields } from '../request/send-fields.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import type { CompiledMails } from './compiled-mails.ts';

/** Nothing in `fields`, `body` and `mail` was checked. */
export interface SendOrder {
  readonly requestId: string;
  readonly mode: 'message' | 'request' | 'reply';
  readonly fields: SendFields;
  /** msg.payload, for mode `request`. */
  readonly body?: unknown;
  /** What stands before the reading of that body, and may refuse it: see `RequestDoor`. */
  readonly enter?: (read: () => SendFields) => SendFields;
  /** msg.email, for mode `reply`. */
  readonly mail?: unknown;
  readonly node: string;
  readonly reports: boolean;
  readonly snapshot?: string;
}

export interface SendingRooms {
  readonly settings: AppSettings;
  readonly outbox: Outbox;
  readonly mailings: Mailings;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly keys: KeyRing;
  /** Takes the compiled mail before its request is accepted, so that the hand-over need not compile it again. */
  readonly ready: Pick<CompiledMails, 'keep' | 'drop'>;
  /** Throws EmailError `app-closed` when the app is closing: a list of millions must not keep it. */
  readonly requireOpen: () => void;
  /** See `refuseUntold`. */
  readonly notifyHosts: () => readonly string[] | undefined;
}

export interface SendOutcome {
  /** Of the request that came first, if this one has the idempotency key of another. */
  readonly requestId: string;
  readonly isRepeated: boolean;
  /** Mails that the message makes. */
  readonly count: number;
  /** Each of them, if they are not so many that they have no list; see `copyId`. */
  readonly copies: readonly AcceptedCopy[];
}

export interface AcceptedCopy {
  readonly id: string;
  readonly to: Mailbox;
  readonly correlationId?: string;
}
