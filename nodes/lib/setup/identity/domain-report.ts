/** Everything that is known of a domain goes in; the report with its advice comes out. */

import type { CheckedRecord, DnsRecordState } from '../dns/dns-records.ts';
import type { PolicyAdvice } from '../dns/policy-records.ts';
import { zoneFile } from '../dns/zone-file.ts';
import type { SetupReport } from '../setup-report.ts';
import { accountReport } from './account-report.ts';
import type { DomainFacts } from './domain-facts.ts';
import type { DomainPlan } from './domain-wishes.ts';
import { describeDifference, identityDifferences } from './identity-differences.ts';
import { identityReport } from './identity-report.ts';
import { providerWord } from './planned-records.ts';

export interface DomainKnowledge {
  readonly plan: DomainPlan;
  readonly facts: DomainFacts;
  readonly checked: readonly CheckedRecord[];
  readonly policy: PolicyAdvice;
  readonly region: string;
  readonly askedSince?: number;
  readonly now: number;
}

export function domainReport({ plan, facts, checked, policy, ...known }: DomainKnowledge): SetupReport {
  const { domain } = plan;
  const asked = checked.map((record) => ({ ...record, provider: providerWord(record, facts) }));
  const records: DnsRecordState[] = [...asked, ...policy.records];
  const { identity, account } = facts;
  const differences = identity ? identityDifferences(identity, plan) : [];
  return {
    domain,
    region: known.region,
    identity: identityReport({ ...facts, domain, askedSince: known.askedSince, now: known.now }),
    account: typeof account === 'string' ? undefined : accountReport(account),
    records,
    zoneFile: zoneFile(records, domain),
    differences,
    advice: [
      ...(typeof account === 'string' ? [`The account could not be read: ${account}`] : []),
      ...differences.map((difference) => `Left as it is – ${describeDifference(difference)}.`),
      ...planAdvice(plan, identity),
      ...policy.advice,
    ],
  };
}

function planAdvice(plan: DomainPlan, identity: DomainFacts['identity']): string[] {
  const { token, dkim, inbound, mailFrom } = plan;
  return [
    ...(token && dkim !== 'off'
      ? [
          'The TXT token is not needed beside DKIM, which verifies the domain for sending and receiving alike.',
        ]
      : []),
    ...(!token && dkim === 'off'
      ? [
          'With DKIM off, ask for the TXT token: it is then what SES verifies the domain by, to send and to receive.',
        ]
      : []),
    ...(inbound === plan.domain
      ? [`All mail for ${inbound} will come to SES; mailboxes of that domain elsewhere would get none.`]
      : []),
    ...(mailFrom === undefined && !identity?.mailFrom
      ? ['Without a custom MAIL FROM domain bounces go to amazonses.com, and SPF does not count for DMARC.']
      : []),
  ];
}
