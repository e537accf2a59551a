/** A TXT record that should be there goes in; what DNS says about it comes out. */

import { isDmarc } from './dmarc-record.ts';
import { isPlainText, readTags, withoutQuotes } from './dns-compare.ts';
import type { DnsLookup } from './dns-lookup.ts';
import type { DnsRecord } from './dns-records.ts';
import { type DnsWord, dnsWord } from './dns-word.ts';
import { isSesTerm, isSpf, readSpf } from './spf-record.ts';

/** The DNS server follows an alias to the text behind it, as receivers do. */
export async function checkTxt(record: DnsRecord, dns: DnsLookup): Promise<DnsWord> {
  const word = judge(record, await dns.txt(record.name));
  if (word.state === 'found') return word;
  const alias = await dns.cname(record.name);
  if (alias.length === 0) return word;
  return dnsWord('conflict', 'A CNAME stands at this name; a TXT record cannot stand beside it.', alias);
}

function judge(record: DnsRecord, texts: readonly string[]): DnsWord {
  const rivals = texts.filter((text) => rivalsOf[record.purpose]?.(withoutQuotes(text)) ?? true);
  if (rivals.length === 0) return dnsWord('missing', 'There is no such record yet.');
  const uniqueFault = mustBeAlone[record.purpose];
  if (rivals.length > 1 && uniqueFault) return dnsWord('conflict', uniqueFault, rivals);
  return compare(record, rivals);
}

/** Other texts at the same name do no harm, and are not shown. */
const rivalsOf: Partial<Record<DnsRecord['purpose'], (text: string) => boolean>> = {
  spf: isSpf,
  'mail-from-spf': isSpf,
  dmarc: isDmarc,
  dkim: (text) => readTags(text).has('p'),
};

const twoSpf = 'There are two SPF records; receivers then count none (RFC 7208 §4.5). Make one of them.';
const mustBeAlone: Partial<Record<DnsRecord['purpose'], string>> = {
  spf: twoSpf,
  'mail-from-spf': twoSpf,
  dmarc: 'There are two DMARC records; receivers then count none (RFC 7489 §6.6.3). Keep one of them.',
  dkim: 'There are two keys for this selector; keep one of them.',
};

function compare({ purpose, value }: DnsRecord, texts: readonly string[]): DnsWord {
  const same = sameValue[purpose] ?? ((text: string) => text.trim() === value);
  if (texts.some((text) => same(text, value))) return dnsWord('found', 'It is published.', texts);
  if (texts.some((text) => same(withoutQuotes(text), value)))
    return dnsWord('wrong', 'The quotation marks were taken into the value; enter it without them.', texts);
  return dnsWord('wrong', 'It has another value.', texts);
}

/** Only tokens must be the same to the letter. */
const sameValue: Partial<Record<DnsRecord['purpose'], (text: string, value: string) => boolean>> = {
  spf: includesSes,
  'mail-from-spf': includesSes,
  dmarc: (text) => isDmarc(text) && isPlainText(text),
  dkim: (text, value) => keyOf(text) === keyOf(value),
};

function includesSes(text: string): boolean {
  return readSpf(text)?.terms.some(isSesTerm) ?? false;
}

function keyOf(text: string): string | undefined {
  return readTags(text).get('p')?.replace(/\s+/g, '');
}
