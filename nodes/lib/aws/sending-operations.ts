/** SES has no idempotency key: one of these that is repeated is a second mail. */
const sending: ReadonlySet<string> = new Set(['SendEmail', 'SendBulkEmail', 'SendRawEmail', 'SendBounce']);

/** `SendEmail`, or as IAM names it: `ses:SendEmail`. */
export function isSending(operation: string): boolean {
  return sending.has(operation.slice(operation.indexOf(':') + 1));
}
