/** The DMARC record that holds for a domain (RFC 7489), and what it means for mail through SES. */

import { parentDomains, readTags } from './dns-compare.ts';
import type { DnsLookup } from './dns-lookup.ts';

/** To begin with: nothing is refused, and the policy counts for Gmail, Yahoo and Outlook. */
export const firstDmarc = 'v=DMARC1; p=none;';

export function isDmarc(text: string): boolean {
  return /^v\s*=\s*DMARC1\s*(?:;|$)/.test(text.trim());
}

export interface DmarcFound {
  /** Where it stands: the domain itself or one above it. */
  readonly domain: string;
  readonly records: readonly string[];
}

/** The record of the domain, else that of the nearest domain above. */
export async function findDmarc(
  domain: string,
  dns: Pick<DnsLookup, 'txt'>,
): Promise<DmarcFound | undefined> {
  for (const name of [domain, ...parentDomains(domain)].slice(0, deepest)) {
    const records = (await dns.txt(`_dmarc.${name}`)).filter(isDmarc);
    if (records.length > 0) return { domain: name, records };
  }
  return undefined;
}

const deepest = 6;

/** One sentence a line. */
export function dmarcAdvice(record: string, mailFrom: string | undefined): string[] {
  const tags = readTags(record);
  const policy = tags.get('p')?.toLowerCase();
  return [
    policies.get(policy ?? '') ??
      `DMARC: the policy of the published record cannot be read, so receivers may not count it.`,
    alignment(tags.get('aspf')?.toLowerCase() === 's', mailFrom),
  ];
}

const policies: ReadonlyMap<string, string> = new Map(
  Object.entries({
    none: 'DMARC p=none only watches. When DKIM has been green for some weeks, p=quarantine and then p=reject protect the domain.',
    quarantine:
      'DMARC p=quarantine: mail that is not signed by DKIM goes to the spam folder, so wait for DKIM before sending.',
    reject: 'DMARC p=reject: mail that is not signed by DKIM is refused, so wait for DKIM before sending.',
  }),
);

/** RFC 7489 §3.1: one of DKIM and SPF must pass for a domain that belongs to the one in From. */
function alignment(strictSpf: boolean, mailFrom: string | undefined): string {
  const byDkim = 'DMARC passes by DKIM: SES signs with the domain in From.';
  if (mailFrom === undefined)
    return `${byDkim} SPF passes for amazonses.com only, which does not count for DMARC; a custom MAIL FROM domain makes SPF count too.`;
  if (strictSpf)
    return `${byDkim} The record’s aspf=s keeps the SPF of ${mailFrom} from counting, since that is a subdomain.`;
  return `${byDkim} SPF passes for ${mailFrom} and counts too.`;
}
