/** The SPF record of a domain comes in; one that also lets SES send comes out (RFC 7208). */

import { isPlainText } from './dns-compare.ts';
import type { DnsLookup } from './dns-lookup.ts';
import { sesSpf } from './dns-records.ts';

export interface Spf {
  /** In their order, without `v=spf1`. */
  readonly terms: readonly string[];
}

const sesTerm = 'include:amazonses.com';

export function isSpf(text: string): boolean {
  return /^v=spf1(?: |$)/i.test(text.trim());
}

/** Undefined for what is no SPF record. */
export function readSpf(text: string): Spf | undefined {
  if (!isSpf(text) || !isPlainText(text)) return undefined;
  const [, ...terms] = text.trim().split(/ +/);
  return { terms };
}

/**
 * One record for all that are published, since receivers count none of two. SES is put before `all` and `redirect`,
 * behind which nothing counts; a single record that has it stays as it is.
 */
export function mergeSpf(existing: readonly string[]): string {
  const records = existing.flatMap((text) => readSpf(text) ?? []);
  const [only] = existing;
  if (records.length === 0) return sesSpf;
  if (records.length === 1 && only !== undefined && records[0]?.terms.some(isSesTerm)) return only.trim();
  const terms = [...new Set(records.flatMap((record) => record.terms))];
  const senders = terms.filter((term) => !isEnd(term));
  const [end = '~all'] = terms.filter(isEnd);
  return ['v=spf1', ...senders, ...(senders.some(isSesTerm) ? [] : [sesTerm]), end].join(' ');
}

export function isSesTerm(term: string): boolean {
  return /^\+?include:amazonses\.com\.?$/i.test(term);
}

function isEnd(term: string): boolean {
  return /^[+~?-]?all$|^redirect=/i.test(term);
}

/** RFC 7208 §4.6.4: more look-ups than this, and receivers fail the check. */
export const mostLookups = 10;

/**
 * DNS look-ups that a receiver makes for this record, with those of the records it includes. Counting ends behind
 * eleven, so a record that includes itself, or thousands, costs no more.
 */
export async function countLookups(record: string, dns: Pick<DnsLookup, 'txt'>): Promise<number> {
  const open = [record];
  let count = 0;
  for (let text = open.pop(); text !== undefined && count <= mostLookups; text = open.pop()) {
    for (const term of readSpf(text)?.terms ?? []) {
      if (!/^[+~?-]?(?:include:|a(?:[:/]|$)|mx(?:[:/]|$)|ptr(?::|$)|exists:)|^redirect=/i.test(term))
        continue;
      count += 1;
      if (count > mostLookups) return count;
      open.push(...(await included(term, dns)));
    }
  }
  return count;
}

/** A name with macros depends on the mail, so it counts as one look-up and is not followed. */
async function included(term: string, dns: Pick<DnsLookup, 'txt'>): Promise<string[]> {
  const name = /^(?:[+~?-]?include:|redirect=)([\w.-]{1,253})$/i.exec(term)?.[1];
  return name === undefined ? [] : (await dns.txt(name)).filter(isSpf).slice(0, 1);
}
