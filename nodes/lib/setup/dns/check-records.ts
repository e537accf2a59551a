/** Records that should be there go in; what DNS says about each comes out, with the reason for every miss. */
import { asEmailError } from '../../kernel/errors.ts';
import { checkCname } from './check-cname.ts';
import { checkMx } from './check-mx.ts';
import { checkTxt } from './check-txt.ts';
import { parentDomains, relativeName } from './dns-compare.ts';
import type { DnsLookup } from './dns-lookup.ts';
import type { CheckedRecord, DnsRecord } from './dns-records.ts';
import { type DnsWord, dnsWord } from './dns-word.ts';

/** All are looked up at once; never rejects. */
export function checkRecords(
  records: readonly DnsRecord[],
  domain: string,
  dns: DnsLookup,
): Promise<CheckedRecord[]> {
  return Promise.all(
    records.map(async (record) => ({ ...record, dns: await checkRecord(record, domain, dns) })),
  );
}

const checks = { TXT: checkTxt, CNAME: checkCname, MX: checkMx } as const;

/** Silence is not absence: a server that fails leaves the record `unknown`. */
async function checkRecord(record: DnsRecord, domain: string, dns: DnsLookup): Promise<DnsWord> {
  try {
    const word = await checks[record.type](record, dns);
    return word.state === 'missing' ? await lookUnderDoubledName(record, domain, dns, word) : word;
  } catch (thrown) {
    return dnsWord('unknown', asEmailError(thrown).message);
  }
}

/** Many panels append the domain to what is typed: `x.example.com` becomes `x.example.com.example.com`. */
async function lookUnderDoubledName(
  record: DnsRecord,
  domain: string,
  dns: DnsLookup,
  missing: DnsWord,
): Promise<DnsWord> {
  for (const zone of [domain, ...parentDomains(domain)].slice(0, 3)) {
    const name = `${record.name}.${zone}`;
    if (name.length > 253) continue;
    const { state } = await checks[record.type]({ ...record, name }, dns);
    if (state === 'found')
      return dnsWord(
        'wrong',
        `It was entered as ${name}: the DNS panel adds “.${zone}” by itself. Enter only “${relativeName(record.name, zone)}” as its name.`,
        [name],
      );
  }
  return missing;
}
