/** A plan and what SES knows go in; the records to be made come out, each with what SES says of it. */

import { type DnsRecord, type DnsRecordState, dnsRecords } from '../dns/dns-records.ts';
import type { SesIdentity } from '../ports/ses-ports.ts';
import type { DomainFacts } from './domain-facts.ts';
import type { DomainPlan } from './domain-wishes.ts';
import { isSigningKey } from './identity-differences.ts';
import { explainState } from './identity-report.ts';

/** What SES has counts before what is wished: a setting that was left needs its own records. */
export function plannedRecords(
  plan: DomainPlan,
  { identity, token }: DomainFacts,
  region: string,
): DnsRecord[] {
  return dnsRecords({
    domain: plan.domain,
    region,
    identity,
    token: token?.token,
    ownKey: keyInUse(plan, identity),
    mailFrom: identity?.mailFrom?.domain ?? plan.mailFrom,
    inbound: plan.inbound,
  });
}

/** The record of an own key is asked for only while SES uses that key, or has none yet. */
function keyInUse({ key }: DomainPlan, identity: SesIdentity | undefined): DomainPlan['key'] {
  return !identity || isSigningKey(key, identity.dkim) ? key : undefined;
}

export function providerWord(
  { purpose }: DnsRecord,
  { identity, token }: DomainFacts,
): DnsRecordState['provider'] {
  const state = {
    ownership: token?.state,
    dkim: identity?.dkim.state,
    'mail-from-mx': identity?.mailFrom?.state,
    'mail-from-spf': identity?.mailFrom?.state,
    'inbound-mx': undefined,
    spf: undefined,
    dmarc: undefined,
  }[purpose];
  return state && { state, why: explainState(state) };
}
