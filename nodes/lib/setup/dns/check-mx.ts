/** An MX record that should be there goes in; what DNS says about it comes out. */

import { sameHost } from './dns-compare.ts';
import type { DnsLookup, MailExchanger } from './dns-lookup.ts';
import type { DnsRecord } from './dns-records.ts';
import { type DnsWord, dnsWord } from './dns-word.ts';

export async function checkMx(record: DnsRecord, dns: DnsLookup): Promise<DnsWord> {
  const hosts = [...(await dns.mx(record.name))].sort((one, other) => one.priority - other.priority);
  if (hosts.length === 0)
    return (await aliasInTheWay(record, dns)) ?? dnsWord('missing', 'There is no MX record yet.');
  const ours = hosts.filter(({ exchange }) => sameHost(exchange, record.value));
  const others = hosts.filter(({ exchange }) => !sameHost(exchange, record.value));
  const found = hosts.map(showHost);
  const judge = record.purpose === 'mail-from-mx' ? judgeFeedback : judgeInbound;
  return dnsWord(...judge(record, ours, others), found);
}

type Judgement = [state: DnsWord['state'], why: string];

/** SES accepts exactly one MX record at a custom MAIL FROM domain. */
function judgeFeedback(
  { value }: DnsRecord,
  ours: readonly MailExchanger[],
  others: readonly MailExchanger[],
): Judgement {
  if (ours.length > 0 && others.length === 0) return ['found', 'It is published.'];
  if (ours.length > 0)
    return [
      'conflict',
      'There is another MX record at this name; SES accepts a MAIL FROM domain with one only.',
    ];
  if (others.some(({ exchange }) => exchange.startsWith('feedback-smtp.')))
    return ['wrong', `It names another region; it must be ${value}.`];
  return [
    'conflict',
    'This name receives mail elsewhere. A MAIL FROM domain must not be used for anything else: choose another subdomain.',
  ];
}

/** Mail goes to the host with the lowest number first (RFC 5321 §5.1). */
function judgeInbound(
  { value, name }: DnsRecord,
  ours: readonly MailExchanger[],
  others: readonly MailExchanger[],
): Judgement {
  const lowest = Math.min(...ours.map(({ priority }) => priority));
  const before = others.find(({ priority }) => priority <= lowest);
  if (ours.length > 0 && !before) return ['found', 'It is published, and mail comes here first.'];
  if (ours.length > 0 && before)
    return [
      'conflict',
      `Mail goes to ${before.exchange} as well, whose number is not higher; give it a higher one, or take it away.`,
    ];
  if (others.some(({ exchange }) => exchange.startsWith('inbound-smtp.')))
    return ['wrong', `It names another region; it must be ${value}.`];
  return [
    'conflict',
    `Mail for ${name} is received elsewhere. With this record in place of that one, all of it would come here: to keep the mailboxes, receive on a subdomain.`,
  ];
}

async function aliasInTheWay({ name }: DnsRecord, dns: DnsLookup): Promise<DnsWord | undefined> {
  const targets = await dns.cname(name);
  if (targets.length === 0) return undefined;
  return dnsWord('conflict', 'A CNAME stands at this name; no other record can stand beside it.', targets);
}

function showHost({ exchange, priority }: MailExchanger): string {
  return `${priority} ${exchange}`;
}
