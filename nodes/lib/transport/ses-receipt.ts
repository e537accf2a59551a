/** What SES answered comes in; a receipt, or a failure that tells more, goes out. Pure. */
import { EmailError } from '../kernel/errors.ts';
import type { InLots } from './ses-lots.ts';
import type { Receipt } from './transport.ts';

/** SES names every mail that it takes; an answer without a name is somebody else's. */
export function readSesId(value: unknown): string | undefined {
  return typeof value === 'string' && /^[!-;=?-~]{1,256}$/.test(value) ? value : undefined;
}

export function sesReceipt({ id, accepted, refused }: InLots, region: string): Receipt {
  return {
    code: 'sent',
    accepted,
    refused,
    response: `taken by Amazon SES as ${id}`,
    providerMessageId: id,
    messageId: sesMessageId(id, region),
  };
}

/** SES puts it in place of ours, so replies and reports name it. */
function sesMessageId(id: string, region: string): string {
  return `${id}@${region === 'us-east-1' ? 'email' : region}.amazonses.com`;
}

/** SES has one error for an unverified sender and for a recipient in the sandbox; who is named tells which it is. */
export function inSandbox(thrown: unknown, to: readonly string[]): unknown {
  if (!(thrown instanceof EmailError) || thrown.code !== 'ses-unverified') return thrown;
  const named = String(thrown.detail.value).toLowerCase();
  if (!to.some((address) => named.includes(address.toLowerCase()))) return thrown;
  return new EmailError('ses-sandbox', { detail: thrown.detail });
}
