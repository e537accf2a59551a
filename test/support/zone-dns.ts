import { EmailError } from '../../nodes/lib/kernel/errors.ts';
import type { DnsLookup, MailExchanger } from '../../nodes/lib/setup/dns/dns-lookup.ts';

export interface ZoneName {
  readonly txt?: readonly string[];
  readonly cname?: readonly string[];
  readonly mx?: readonly MailExchanger[];
  readonly a?: readonly string[];
  /** No server answers for this name. */
  readonly fails?: boolean;
}

/** DNS as an object of names; whatever is not in it does not exist. */
export function zoneDns(zone: Readonly<Record<string, ZoneName>>): DnsLookup {
  const at = (name: string): ZoneName => {
    const found = zone[name] ?? {};
    if (found.fails)
      throw new EmailError('dns-unanswered', { detail: { value: name, why: 'SERVFAIL' }, retryable: true });
    return found;
  };
  return {
    txt: async (name) => at(name).txt ?? [],
    cname: async (name) => at(name).cname ?? [],
    mx: async (name) => at(name).mx ?? [],
    addresses: async (name) => at(name).a ?? [],
  };
}
