/** An app's settings come in; what DNS and Amazon SES say of its domain comes out, a tick for each part of it. */
import { createPublicKey } from 'node:crypto';
import type { AppSettings } from '../settings/app-settings.ts';
import { checkRecords } from '../setup/dns/check-records.ts';
import { findDmarc } from '../setup/dns/dmarc-record.ts';
import type { DnsLookup } from '../setup/dns/dns-lookup.ts';
import type { CheckedRecord, DnsRecord } from '../setup/dns/dns-records.ts';
import { isSpf } from '../setup/dns/spf-record.ts';
import type { SetupReport } from '../setup/setup-report.ts';
import type { DnsTick } from './app-overview.ts';

export interface DomainLook {
  readonly ticks: readonly DnsTick[];
  /** Undefined where it is not known, or there is none. */
  readonly sandbox?: boolean;
}

export interface DomainRooms {
  readonly dns: DnsLookup;
  /** What SES has, and DNS beside it. */
  readonly askSes: () => Promise<SetupReport>;
}

/** Of a mailbox only what concerns the account. Rejects when SES cannot be asked. */
export async function lookAtDomain(settings: AppSettings, { dns, askSes }: DomainRooms): Promise<DomainLook> {
  const { domain, route } = settings;
  if (route.kind === 'ses') {
    const { records, account } = await askSes();
    return { ticks: domain === undefined ? [] : sesTicks(records), sandbox: account?.sandbox };
  }
  if (route.kind !== 'smtp' || domain === undefined) return { ticks: [] };
  const looks = [
    spfTick(domain, dns),
    dkimTick(settings, dns),
    dmarcTick(domain, dns),
    mxTick(settings, dns),
  ];
  const ticks = await Promise.all(looks.map((look) => look.catch(() => undefined)));
  return { ticks: ticks.filter((tick) => tick !== undefined) };
}

const names: Partial<Readonly<Record<DnsRecord['purpose'], DnsTick['name']>>> = {
  spf: 'spf',
  dkim: 'dkim',
  dmarc: 'dmarc',
  'mail-from-mx': 'mail-from',
  'mail-from-spf': 'mail-from',
  'inbound-mx': 'mx',
};

const states: Readonly<Record<CheckedRecord['dns']['state'], DnsTick['state']>> = {
  found: 'ok',
  missing: 'missing',
  wrong: 'wrong',
  conflict: 'wrong',
  unknown: 'unknown',
};

/** Several records of one name are one tick: that of the worst. */
function sesTicks(records: readonly CheckedRecord[]): DnsTick[] {
  const ticks = new Map<DnsTick['name'], DnsTick>();
  for (const record of records) {
    const tick = tickOf(record);
    const other = tick && ticks.get(tick.name);
    if (tick && (!other || badness[tick.state] > badness[other.state])) ticks.set(tick.name, tick);
  }
  return order.flatMap((name) => ticks.get(name) ?? []);
}

const order = ['spf', 'dkim', 'dmarc', 'mail-from', 'mx'] as const satisfies DnsTick['name'][];
const badness: Readonly<Record<DnsTick['state'], number>> = { ok: 0, unknown: 1, missing: 2, wrong: 3 };

function tickOf({ purpose, name: at, dns }: CheckedRecord): DnsTick | undefined {
  const name = names[purpose];
  if (!name) return undefined;
  const state = states[dns.state];
  return state === 'ok' ? { name, state } : { name, state, text: `${at}: ${dns.why}` };
}

async function spfTick(domain: string, dns: DnsLookup): Promise<DnsTick> {
  const found = (await dns.txt(domain)).filter(isSpf);
  if (found.length === 1) return { name: 'spf', state: 'ok' };
  if (found.length === 0) {
    const text = `${domain} has no SPF record, so receivers cannot tell which servers may send for it.`;
    return { name: 'spf', state: 'missing', text };
  }
  return { name: 'spf', state: 'wrong', text: `${domain} has two SPF records; receivers then count none.` };
}

async function dmarcTick(domain: string, dns: DnsLookup): Promise<DnsTick> {
  const found = await findDmarc(domain, dns);
  if (!found) {
    return { name: 'dmarc', state: 'missing', text: `There is no DMARC record at _dmarc.${domain}.` };
  }
  if (found.records.length === 1) return { name: 'dmarc', state: 'ok' };
  const text = `There are two DMARC records at _dmarc.${found.domain}; receivers then count none.`;
  return { name: 'dmarc', state: 'wrong', text };
}

/** Only of a key that this app signs with: what a server signs with is not known here. */
async function dkimTick({ route }: AppSettings, dns: DnsLookup): Promise<DnsTick | undefined> {
  const dkim = route.kind === 'smtp' ? route.dkim : undefined;
  if (!dkim) return undefined;
  const key = createPublicKey(dkim.privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
  const name = `${dkim.selector}._domainkey.${dkim.domain}`;
  const record = { purpose: 'dkim', type: 'TXT', name, value: `p=${key}`, required: true } as const;
  const [checked] = await checkRecords([record], dkim.domain, dns);
  return checked && tickOf(checked);
}

/** Of the host that mail for the forwarding address is sent to. */
async function mxTick({ inbound }: AppSettings, dns: DnsLookup): Promise<DnsTick | undefined> {
  const host = inbound.smtp?.host;
  if (host === undefined) return undefined;
  const [exchangers, addresses] = await Promise.all([dns.mx(host), dns.addresses(host)]);
  if (exchangers.length + addresses.length > 0) return { name: 'mx', state: 'ok' };
  const text = `${host} has neither an MX record nor an address, so no mail comes here.`;
  return { name: 'mx', state: 'missing', text };
}
