/** A domain and wishes go in; SES and DNS are looked at, or SES is set up, and a report for the dialog comes out. */

import type { Clock } from '../kernel/clock.ts';
import type { Notes } from '../kernel/notes.ts';
import { checkRecords } from './dns/check-records.ts';
import type { DnsLookup } from './dns/dns-lookup.ts';
import { policyRecords } from './dns/policy-records.ts';
import { type DomainFacts, readDomainFacts } from './identity/domain-facts.ts';
import { domainReport } from './identity/domain-report.ts';
import { type DomainPlan, type DomainWishes, readDomainWishes } from './identity/domain-wishes.ts';
import { plannedRecords } from './identity/planned-records.ts';
import { prepareIdentity } from './identity/prepare-identity.ts';
import type { SesAccounts, SesIdentities } from './ports/ses-ports.ts';
import type { SetupReport } from './setup-report.ts';
import type { OnStep } from './setup-step.ts';

export interface SetupPorts {
  readonly ses: SesIdentities & Pick<SesAccounts, 'getAccount'>;
  readonly dns: DnsLookup;
  readonly clock: Clock;
  readonly region: string;
  /** Remembers when SES was asked; without it the report cannot say so. */
  readonly notes?: Notes;
}

export interface DomainSetup {
  /** Changes nothing. */
  look(domain: string, wishes: DomainWishes): Promise<SetupReport>;
  /** Creates or adopts the identity; may be asked again at any time. */
  prepare(domain: string, wishes: DomainWishes, onStep: OnStep): Promise<SetupReport>;
}

/** Both throw EmailError: for the domain and wishes as `readDomainWishes` does, and what SES refused. */
export function domainSetup(ports: SetupPorts): DomainSetup {
  return {
    async look(domain, wishes) {
      const plan = readDomainWishes(domain, wishes);
      return report(plan, await readDomainFacts(plan, ports), ports);
    },
    async prepare(domain, wishes, onStep) {
      const plan = readDomainWishes(domain, wishes);
      const { how, asked } = await prepareIdentity(plan, { ses: ports.ses, onStep });
      if (asked) await ports.notes?.writeNote(askedNote(plan), String(ports.clock.now()));
      return report(plan, { ...(await readDomainFacts(plan, ports)), how }, ports);
    },
  };
}

function askedNote({ domain }: DomainPlan): string {
  return `setup.asked.${domain}`;
}

async function report(plan: DomainPlan, facts: DomainFacts, ports: SetupPorts): Promise<SetupReport> {
  const { dns, region, clock, notes } = ports;
  const wanted = plannedRecords(plan, facts, region);
  const checked = await checkRecords(wanted, plan.domain, dns);
  const policy = await policyRecords(plan.domain, facts.identity?.mailFrom?.domain ?? plan.mailFrom, dns);
  const askedSince = Number(await notes?.readNote(askedNote(plan))) || undefined;
  return domainReport({ plan, facts, checked, policy, region, askedSince, now: clock.now() });
}
