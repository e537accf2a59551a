/** Where a recipient can leave goes in; the header fields that mail programs make a button of come out. */
import type { HeaderField } from '../mail/mail-content.ts';

export interface UnsubscribeWays {
  /** Of the page for this copy. Left out of the header unless it is https (RFC 8058 §3.1). */
  readonly url: string;
  /** A checked address that this app receives. */
  readonly mailto?: string;
  /** Of the mail to `mailto`; carries the token, since many mail programs drop a body. */
  readonly subject?: string;
}

/**
 * One List-Unsubscribe with https before mail-to (RFC 2369 §2, §3.2), and List-Unsubscribe-Post if there is an https
 * URL. Nothing if there is neither. Both belong into the DKIM signature (RFC 8058 §4).
 */
export function unsubscribeHeaders({ url, mailto, subject }: UnsubscribeWays): HeaderField[] {
  const https = url.startsWith('https://') ? [`<${new URL(url).href.replaceAll(',', '%2C')}>`] : [];
  const ways = mailto ? [...https, `<${mailtoUri(mailto, subject)}>`] : https;
  const fields: HeaderField[] = ways.length ? [{ name: 'List-Unsubscribe', value: ways.join(', ') }] : [];
  if (https.length > 0) fields.push({ name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' });
  return fields;
}

/** RFC 6068 §2; a plus stays as it is, since some mail programs do not decode the local part. */
function mailtoUri(address: string, subject?: string): string {
  const at = address.lastIndexOf('@');
  const local = encodeURIComponent(address.slice(0, at)).replaceAll('%2B', '+');
  const query = subject ? `?subject=${encodeURIComponent(subject)}` : '';
  return `mailto:${local}${address.slice(at)}${query}`;
}
