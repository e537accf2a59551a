/** What was told of a mail after it was handed over, kept beside its part in the outbox. */
import type { PartRecord } from './outbox.ts';

/** In this order: an earlier one never takes the place of a later one, in whatever order they are told. */
export const deliveryStates = [
  'taken',
  'delayed',
  'delivered',
  'suppressed',
  'bounced',
  'complained',
] as const;

/** `taken`: the provider has it; `suppressed`: the provider's own list held it; `bounced`: refused, whenever that was. */
export type DeliveryState = (typeof deliveryStates)[number];

export interface DeliveryRecord {
  readonly recipient: string;
  readonly state: DeliveryState;
  /** ms since the epoch */
  readonly at: number;
  /** One line, the server's words; may be empty. */
  readonly reason: string;
}

/** How a report names a mail: by the key that we gave it, its Message-ID (without brackets), or the provider's id. */
export interface MailName {
  readonly key?: string;
  readonly messageId?: string;
  readonly providerMessageId?: string;
}

export interface KnownPart {
  readonly record: PartRecord;
  /** Everybody it was handed over for, at whichever attempt. */
  readonly recipients?: readonly string[];
  readonly deliveries: readonly DeliveryRecord[];
}

export interface NewDelivery extends DeliveryRecord {
  readonly partId: string;
}

/** That a part whose outcome a crash hid has in fact been handed over. */
export interface SentAfterAll {
  readonly partId: string;
  readonly at: number;
  readonly providerMessageId: string;
  readonly reason: string;
}

export interface DeliveryRecords {
  /** In the order asked for; undefined for mails that are not ours or no longer kept. */
  find(names: readonly MailName[]): Promise<(KnownPart | undefined)[]>;
  /** On disk when it resolves. Parts that are `unknown` and named in `sent` are `sent` then; others are left alone. */
  note(deliveries: readonly NewDelivery[], sent: readonly SentAfterAll[]): Promise<void>;
}
