/** What SES gave for a domain goes in; the DNS records that a person has to make come out. */

import type { SesIdentity, SesState } from '../ports/ses-ports.ts';
import { feedbackHost, inboundHost } from '../regions.ts';
import type { DnsWord } from './dns-word.ts';

export interface DnsRecord {
  readonly purpose: 'ownership' | 'dkim' | 'mail-from-mx' | 'mail-from-spf' | 'spf' | 'dmarc' | 'inbound-mx';
  readonly type: 'TXT' | 'CNAME' | 'MX';
  /** Whole name without a dot at its end. */
  readonly name: string;
  /** Text of a TXT record without quotes, whatever its length; a host without a dot at its end. */
  readonly value: string;
  /** MX only. */
  readonly priority?: number;
  /** False for advice. */
  readonly required: boolean;
}

export interface CheckedRecord extends DnsRecord {
  readonly dns: DnsWord;
}

export interface DnsRecordState extends CheckedRecord {
  /** What SES says of it. */
  readonly provider?: { readonly state: SesState; readonly why: string };
}

export interface RecordFacts {
  readonly domain: string;
  readonly region: string;
  readonly identity?: SesIdentity;
  /** The version 1 TXT token. */
  readonly token?: string;
  /** The public half of an own DKIM key, base64, where it is known. */
  readonly ownKey?: { readonly selector: string; readonly publicKey: string };
  /** The custom MAIL FROM domain. */
  readonly mailFrom?: string;
  /** The domain that mail is to be received for. */
  readonly inbound?: string;
}

/** Those that SES asks for; SPF and DMARC advice depends on what is published: see spf-record and dmarc-record. */
export function dnsRecords(facts: RecordFacts): DnsRecord[] {
  return [
    ...ownershipRecords(facts),
    ...dkimRecords(facts),
    ...mailFromRecords(facts),
    ...inboundRecords(facts),
  ];
}

/** Verified by DKIM alone, a domain needs no token; it is required where DKIM does not sign. */
function ownershipRecords({ domain, token, identity }: RecordFacts): DnsRecord[] {
  if (token === undefined) return [];
  const required = !identity?.dkim.signing;
  return [{ purpose: 'ownership', type: 'TXT', name: `_amazonses.${domain}`, value: token, required }];
}

/** The zone is the one SES returned: it differs between regions and identities. */
function dkimRecords({ domain, identity, ownKey }: RecordFacts): DnsRecord[] {
  const dkim = { purpose: 'dkim', required: identity?.dkim.signing ?? true } as const;
  if (ownKey) {
    const name = `${ownKey.selector}._domainkey.${domain}`;
    return [{ ...dkim, type: 'TXT', name, value: `p=${ownKey.publicKey}` }];
  }
  const { tokens = [], hostedZone, origin } = identity?.dkim ?? {};
  if (hostedZone === undefined || origin === 'EXTERNAL') return [];
  const zone = hostedZone.replace(/\.$/, '');
  return tokens.map((token) => ({
    ...dkim,
    type: 'CNAME',
    name: `${token}._domainkey.${domain}`,
    value: `${token}.${zone}`,
  }));
}

function mailFromRecords({ mailFrom: name, region }: RecordFacts): DnsRecord[] {
  if (name === undefined) return [];
  const value = feedbackHost(region);
  return [
    { purpose: 'mail-from-mx', type: 'MX', name, value, priority: 10, required: true },
    { purpose: 'mail-from-spf', type: 'TXT', name, value: sesSpf, required: true },
  ];
}

export const sesSpf = 'v=spf1 include:amazonses.com ~all';

function inboundRecords({ inbound: name, region }: RecordFacts): DnsRecord[] {
  if (name === undefined) return [];
  return [
    { purpose: 'inbound-mx', type: 'MX', name, value: inboundHost(region), priority: 10, required: true },
  ];
}
