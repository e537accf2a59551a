/** A CNAME that should be there goes in; what DNS says about it comes out. */

import { hostKey, sameHost } from './dns-compare.ts';
import type { DnsLookup } from './dns-lookup.ts';
import type { DnsRecord } from './dns-records.ts';
import { type DnsWord, dnsWord } from './dns-word.ts';

export async function checkCname(record: DnsRecord, dns: DnsLookup): Promise<DnsWord> {
  const targets = await dns.cname(record.name);
  if (targets.length === 0) return lookForOthers(record, dns);
  const [target = ''] = targets;
  if (targets.length === 1 && sameHost(target, record.value))
    return dnsWord('found', 'It is published.', targets);
  if (targets.length > 1)
    return dnsWord('conflict', 'There are several CNAMEs at this name; DNS allows one.', targets);
  if (hostKey(target).startsWith(`${hostKey(record.value)}.`))
    return dnsWord(
      'wrong',
      'The DNS panel added its own domain to the value; end the value with a dot.',
      targets,
    );
  return dnsWord('wrong', 'It leads elsewhere.', targets);
}

/** Without a CNAME, what the DNS provider answers instead tells what went wrong. */
async function lookForOthers({ name, value }: DnsRecord, dns: DnsLookup): Promise<DnsWord> {
  const texts = await dns.txt(name);
  if (texts.some((text) => sameHost(text, value)))
    return dnsWord('wrong', 'It was entered as a TXT record; its type must be CNAME.', texts);
  if (texts.some((text) => /(?:^|;)\s*p=/.test(text.slice(0, 500))))
    return dnsWord(
      'conflict',
      'The key itself is published here in place of the CNAME, by an own TXT record or because the DNS provider flattens CNAMEs. SES needs the CNAME: switch flattening off, or take the TXT record away.',
      texts,
    );
  if (texts.length > 0)
    return dnsWord('conflict', 'A TXT record stands at this name; a CNAME cannot stand beside it.', texts);
  const addresses = await dns.addresses(name);
  if (addresses.length > 0)
    return dnsWord(
      'conflict',
      'Addresses are published here in place of the CNAME: the DNS provider proxies it, or there is an A record. Set the record to “DNS only”.',
      addresses,
    );
  return dnsWord('missing', 'There is no such record yet.');
}
