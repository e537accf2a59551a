import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { lookAtDomain } from '../../../nodes/lib/overview/domain-look.ts';
import type { AppSettings, SmtpRoute } from '../../../nodes/lib/settings/app-settings.ts';
import type { DnsLookup } from '../../../nodes/lib/setup/dns/dns-lookup.ts';
import type { CheckedRecord } from '../../../nodes/lib/setup/dns/dns-records.ts';
import type { SetupReport } from '../../../nodes/lib/setup/setup-report.ts';
import { sampleSettings } from '../../support/sample-settings.ts';

const smtp: SmtpRoute = {
  kind: 'smtp',
  host: 'mx.example',
  port: 587,
  security: 'starttls',
  tls: { verify: true },
};
const ses = { kind: 'ses', aws: { region: 'eu-central-1' }, bulk: false } as const;

/** TXT records by name. */
const dnsOf = (texts: Record<string, string[]>, more: Partial<DnsLookup> = {}): DnsLookup => ({
  txt: async (name) => texts[name] ?? [],
  cname: async () => [],
  mx: async () => [],
  addresses: async () => [],
  ...more,
});

const never = () => assert.fail('SES was asked');
const look = async (settings: AppSettings, dns: DnsLookup) => {
  const { ticks } = await lookAtDomain(settings, { dns, askSes: never });
  return Object.fromEntries(ticks.map(({ name, state }) => [name, state]));
};

describe('lookAtDomain', () => {
  it('ticks what receivers look for at a domain', async () => {
    const texts = { 'example.com': ['v=spf1 mx -all', 'other'], '_dmarc.example.com': ['v=DMARC1; p=none;'] };
    assert.deepEqual(await look(sampleSettings({ route: smtp }), dnsOf(texts)), { spf: 'ok', dmarc: 'ok' });
  });

  it('takes the DMARC record of the domain above', async () => {
    const settings = sampleSettings({ route: smtp, domain: 'mail.example.com' });
    const found = await look(settings, dnsOf({ '_dmarc.example.com': ['v=DMARC1; p=none;'] }));
    assert.deepEqual(found, { spf: 'missing', dmarc: 'ok' });
  });

  it('says when there are two of what must be one', async () => {
    const texts = {
      'example.com': ['v=spf1 mx -all', 'v=spf1 a -all'],
      '_dmarc.example.com': ['v=DMARC1; p=none;', 'v=DMARC1; p=reject;'],
    };
    assert.deepEqual(await look(sampleSettings({ route: smtp }), dnsOf(texts)), {
      spf: 'wrong',
      dmarc: 'wrong',
    });
  });

  it('compares the record of an own DKIM key', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const own = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const dkim = { domain: 'example.com', selector: 's1', privateKey: pem };
    const settings = sampleSettings({ route: { ...smtp, dkim } });
    const at = 's1._domainkey.example.com';
    assert.equal((await look(settings, dnsOf({ [at]: [`v=DKIM1; p=${own}`] }))).dkim, 'ok');
    assert.equal((await look(settings, dnsOf({ [at]: ['v=DKIM1; p=MIGf'] }))).dkim, 'wrong');
    assert.equal((await look(settings, dnsOf({}))).dkim, 'missing');
  });

  it('looks whether mail can reach the receiver', async () => {
    const receiver = { host: 'in.example.com', address: '0.0.0.0', port: 2525, addresses: [] };
    const { inbound, ...others } = sampleSettings({ route: smtp });
    const settings = { ...others, inbound: { ...inbound, smtp: receiver } };
    assert.equal((await look(settings, dnsOf({}))).mx, 'missing');
    assert.equal((await look(settings, dnsOf({}, { addresses: async () => ['192.0.2.1'] }))).mx, 'ok');
  });

  it('leaves out what DNS does not answer', async () => {
    const silent = dnsOf({}, { txt: () => Promise.reject(new Error('timeout')) });
    assert.deepEqual(await look(sampleSettings({ route: smtp }), silent), {});
  });

  it('looks up nothing for a mailbox, and where no mail goes out', async () => {
    const dns = dnsOf({}, { txt: async () => assert.fail('it was looked up') });
    const { domain: _, ...others } = sampleSettings({ route: smtp });
    assert.deepEqual(await look({ ...others, mailbox: 'ann@example.net' }, dns), {});
    assert.deepEqual(await look(sampleSettings(), dns), {});
  });

  describe('over SES', () => {
    const record = (
      purpose: CheckedRecord['purpose'],
      state: CheckedRecord['dns']['state'],
    ): CheckedRecord => ({
      purpose,
      type: 'TXT',
      name: `${purpose}.example.com`,
      value: '',
      required: true,
      dns: { state, found: [], why: `it is ${state}` },
    });
    const report = (sandbox: boolean, ...records: CheckedRecord[]) =>
      ({ records, account: { sandbox } }) as unknown as SetupReport;

    it('makes one tick of several records, that of the worst', async () => {
      const records = [
        record('dkim', 'found'),
        record('dkim', 'missing'),
        record('dkim', 'unknown'),
        record('mail-from-mx', 'found'),
        record('mail-from-spf', 'conflict'),
        record('ownership', 'missing'),
        record('spf', 'found'),
      ];
      const askSes = async () => report(true, ...records);
      assert.deepEqual(await lookAtDomain(sampleSettings({ route: ses }), { dns: dnsOf({}), askSes }), {
        ticks: [
          { name: 'spf', state: 'ok' },
          { name: 'dkim', state: 'missing', text: 'dkim.example.com: it is missing' },
          { name: 'mail-from', state: 'wrong', text: 'mail-from-spf.example.com: it is conflict' },
        ],
        sandbox: true,
      });
    });

    it('tells of a mailbox only the sandbox', async () => {
      const { domain: _, ...others } = sampleSettings({ route: ses });
      const askSes = async () => report(true, record('spf', 'missing'));
      const rooms = { dns: dnsOf({}), askSes };
      const settings = { ...others, mailbox: 'ann@example.net' };
      assert.deepEqual(await lookAtDomain(settings, rooms), { ticks: [], sandbox: true });
    });
  });
});
