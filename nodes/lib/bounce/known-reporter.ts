/** A report and whom it speaks of come in; whether somebody who must know it is proven to have written it goes out. */

import { domainOf } from '../mail/address.ts';
import { allFields } from '../received/received-fields.ts';
import type { AuthVerdicts, ReceivedMail } from '../received/received-mail.ts';

/** RFC 2142 and RFC 5321 §4.5.1, and Exchange: names that a mail server gives to no user of its own. */
const offices =
  /^(mailer-daemon|mail-daemon|mail(-delivery)?-(sub)?system|postmaster|abuse|feedbackloop|microsoftexchange[0-9a-f]{8,40})$/i;

/** Large providers write under another name than those of their users, or of the host that takes mail for sending. */
const speakForAll =
  /^(mailer-daemon@googlemail\.com|mailer-daemon@([a-z0-9-]+\.)?amazonses\.com|staff@hotmail\.com|feedback@arf\.mail\.yahoo\.com)$/i;

export type Report = Pick<ReceivedMail, 'from' | 'headers' | 'auth'>;

/**
 * Its only From address is authenticated, and is an office of a domain that has to do with this mail: the recipient's, or
 * one in `own` (ours, our relay's host). A name on either side may lie below the other.
 */
export function isByKnownReporter(report: Report, recipient: string, own: readonly string[]): boolean {
  const address = report.from?.address;
  if (address === undefined || !hasOneSender(report.headers)) return false;
  const domain = domainOf(address).toLowerCase();
  if (!isAuthenticated(report.auth, domain)) return false;
  if (speakForAll.test(address)) return true;
  const concerned = [domainOf(recipient), ...own].map((name) => name.toLowerCase());
  const isOffice = offices.test(address.slice(0, address.lastIndexOf('@')));
  return isOffice && concerned.some((name) => isWithin(name, domain) || isWithin(domain, name));
}

/** One whom every reader finds: what was authenticated must be what is read here. */
function hasOneSender(headers: Report['headers']): boolean {
  const [field = '', ...others] = allFields(headers, 'from');
  return others.length === 0 && field.split('@').length === 2;
}

/**
 * As DMARC, or where nothing is published a proof of this very domain or one above it: that of a name below would do only
 * if we knew that nobody can register one there (`co.uk`).
 */
function isAuthenticated({ dmarc, signedBy, helo }: AuthVerdicts, domain: string): boolean {
  if (dmarc === 'pass') return true;
  return [...signedBy, ...(helo === undefined ? [] : [helo])].some((proven) => isWithin(domain, proven));
}

/** A name without a dot is nobody's domain. */
function isWithin(name: string, domain: string): boolean {
  return name === domain || (domain.includes('.') && name.endsWith(`.${domain}`));
}
