/** Where the caller of a request wants to hear what became of its mails, and of what. */

/** As requests name them. */
export const receiptNames = [
  'submitted',
  'delivered',
  'read',
  'clicked',
  'bounce',
  'bounced',
  'not verified',
  'invalid',
  'complaint',
  'failed',
] as const;

export type ReceiptName = (typeof receiptNames)[number];

export interface Notify {
  readonly url: string;
  /** Names an authorization that the webhook-out node keeps. */
  readonly authId?: string;
  /** All of them without it. */
  readonly receipts?: readonly ReceiptName[];
}
