/** What a domain publishes of SPF and DMARC comes in; what to publish, and advice in words, comes out. */

import { asEmailError } from '../../kernel/errors.ts';
import { checkTxt } from './check-txt.ts';
import { dmarcAdvice, findDmarc, firstDmarc } from './dmarc-record.ts';
import { isPlainText } from './dns-compare.ts';
import type { DnsLookup } from './dns-lookup.ts';
import { type CheckedRecord, type DnsRecord, sesSpf } from './dns-records.ts';
import { dnsWord } from './dns-word.ts';
import { countLookups, isSpf, mergeSpf, mostLookups } from './spf-record.ts';

export interface PolicyAdvice {
  readonly records: readonly CheckedRecord[];
  readonly advice: readonly string[];
}

/** Never rejects: where DNS does not answer, the plain record is advised and its state is `unknown`. */
export async function policyRecords(
  domain: string,
  mailFrom: string | undefined,
  dns: DnsLookup,
): Promise<PolicyAdvice> {
  const advised = await Promise.all([
    spfAdvice(domain, mailFrom, dns).catch((thrown) => unanswered(spfRecord(domain, sesSpf), thrown)),
    dmarcPolicy(domain, mailFrom, dns).catch((thrown) => unanswered(dmarcRecord(domain, firstDmarc), thrown)),
  ]);
  return {
    records: advised.map(({ record }) => record),
    advice: advised.flatMap(({ advice }) => advice),
  };
}

interface Advised {
  readonly record: CheckedRecord;
  readonly advice: readonly string[];
}

async function spfAdvice(domain: string, mailFrom: string | undefined, dns: DnsLookup): Promise<Advised> {
  const existing = (await dns.txt(domain)).filter(isSpf);
  const record = spfRecord(domain, mergeSpf(existing));
  const lookups = await countLookups(record.value, dns).catch(() => 0);
  const advice = [
    mailFrom === undefined
      ? 'SPF: without a custom MAIL FROM domain receivers check amazonses.com, not this domain; the record is good manners.'
      : `SPF: receivers check ${mailFrom}; at ${domain} itself the record is good manners.`,
    ...(existing.length === 1 && record.value !== existing[0]?.trim()
      ? [
          'SPF: there is a record already; replace it by the one shown, which also lets SES send. Never have two.',
        ]
      : []),
    ...(lookups > mostLookups
      ? [
          `SPF: the record needs more than ${mostLookups} DNS look-ups, so receivers fail it. Take out what no longer sends.`,
        ]
      : []),
  ];
  return { record: { ...record, dns: await checkTxt(record, dns) }, advice };
}

async function dmarcPolicy(domain: string, mailFrom: string | undefined, dns: DnsLookup): Promise<Advised> {
  const found = await findDmarc(domain, dns);
  const existing = found?.records.find(isPlainText) ?? firstDmarc;
  const record = dmarcRecord(domain, existing.trim());
  const inherited = found && found.domain !== domain;
  const word = inherited
    ? dnsWord('found', `The record of ${found.domain} holds for ${domain} too.`, found.records)
    : await checkTxt(record, dns);
  return { record: { ...record, dns: word }, advice: dmarcAdvice(existing, mailFrom) };
}

function spfRecord(domain: string, value: string): DnsRecord {
  return { purpose: 'spf', type: 'TXT', name: domain, value, required: false };
}

function dmarcRecord(domain: string, value: string): DnsRecord {
  return { purpose: 'dmarc', type: 'TXT', name: `_dmarc.${domain}`, value, required: false };
}

function unanswered(record: DnsRecord, thrown: unknown): Advised {
  return { record: { ...record, dns: dnsWord('unknown', asEmailError(thrown).message) }, advice: [] };
}
