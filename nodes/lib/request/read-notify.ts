/** A request's wish to be told of its mails comes in as it was given; where to and of what, checked, goes out. */
import { EmailError } from '../kernel/errors.ts';
import { type Notify, type ReceiptName, receiptNames } from '../mail/notify.ts';
import { readKey } from './read-labels.ts';
import { isGiven } from './read-record.ts';
import type { SendFields } from './send-fields.ts';

const longestUrl = 2048;

/** Undefined if nothing was given. Throws EmailError `wrong-type`, `unsafe-characters`, `not-supported`. */
export function readNotify({
  notifyUrl,
  notifyUrlAuthId,
  requestedReceipts,
  caller,
}: SendFields): Notify | undefined {
  if (!isGiven(notifyUrl)) {
    refuseAlone(notifyUrlAuthId, 'notifyUrlAuthId');
    refuseAlone(requestedReceipts, 'requestedReceipts');
    return undefined;
  }
  const authId = readKey(notifyUrlAuthId, 'notifyUrlAuthId');
  refuseForeign(authId, caller);
  const receipts = readReceipts(requestedReceipts);
  return {
    url: readNotifyUrl(notifyUrl),
    ...(authId !== undefined && { authId }),
    ...(receipts && { receipts }),
  };
}

/** Which hosts may be told without TLS is for `refuseUntold` to say. */
function readNotifyUrl(value: unknown): string {
  const fits = typeof value === 'string' && value.length <= longestUrl && /^https?:\/\/[!-~]+$/.test(value);
  const url = fits ? URL.parse(value) : undefined;
  if (fits && url && !url.username && !url.password && !url.hash) return value;
  const expected = `an address that begins with https://, without spaces, user, password and fragment, of at most ${longestUrl} characters`;
  throw new EmailError('wrong-type', { field: 'notifyUrl', detail: { expected } });
}

function readReceipts(value: unknown): readonly ReceiptName[] | undefined {
  if (!isGiven(value)) return undefined;
  if (Array.isArray(value) && value.length > 0 && value.every(isReceiptName)) return [...new Set(value)];
  const expected = `a list of ${receiptNames.join(', ')}`;
  throw new EmailError('wrong-type', { field: 'requestedReceipts', detail: { expected } });
}

function isReceiptName(value: unknown): value is ReceiptName {
  const names: readonly unknown[] = receiptNames;
  return names.includes(value);
}

/** Else anybody could have the authorization of any caller sent to an address of their own. */
function refuseForeign(authId: string | undefined, caller: unknown): void {
  if (authId === undefined || authId === caller) return;
  const why = 'only a caller whose key has that name can use it';
  throw new EmailError('not-supported', { field: 'notifyUrlAuthId', detail: { why } });
}

function refuseAlone(value: unknown, field: string): void {
  if (!isGiven(value)) return;
  throw new EmailError('not-supported', { field, detail: { why: 'there is no notifyUrl that it is for' } });
}
