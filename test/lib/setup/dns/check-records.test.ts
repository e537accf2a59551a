import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkRecords } from '../../../../nodes/lib/setup/dns/check-records.ts';
import type { DnsRecord } from '../../../../nodes/lib/setup/dns/dns-records.ts';
import { type ZoneName, zoneDns } from '../../../support/zone-dns.ts';

const domain = 'example.com';
const dkim: DnsRecord = {
  purpose: 'dkim',
  type: 'CNAME',
  name: 'abc._domainkey.example.com',
  value: 'abc.dkim.amazonses.com',
  required: true,
};
const token: DnsRecord = {
  purpose: 'ownership',
  type: 'TXT',
  name: '_amazonses.example.com',
  value: 'Tok/en=',
  required: true,
};
const feedback: DnsRecord = {
  purpose: 'mail-from-mx',
  type: 'MX',
  name: 'mail.example.com',
  value: 'feedback-smtp.eu-central-1.amazonses.com',
  priority: 10,
  required: true,
};
const mailFromSpf: DnsRecord = {
  purpose: 'mail-from-spf',
  type: 'TXT',
  name: 'mail.example.com',
  value: 'v=spf1 include:amazonses.com ~all',
  required: true,
};
const inbound: DnsRecord = {
  purpose: 'inbound-mx',
  type: 'MX',
  name: domain,
  value: 'inbound-smtp.eu-central-1.amazonaws.com',
  priority: 10,
  required: true,
};
const ownKey: DnsRecord = {
  purpose: 'dkim',
  type: 'TXT',
  name: 's1._domainkey.example.com',
  value: 'p=MIGfMA0',
  required: true,
};

interface Case {
  readonly title: string;
  readonly record: DnsRecord;
  readonly there?: ZoneName;
  readonly zone?: Record<string, ZoneName>;
  readonly state: string;
  readonly why: RegExp;
  readonly found?: readonly string[];
}

const cases: readonly Case[] = [
  {
    title: 'a CNAME',
    record: dkim,
    there: { cname: ['ABC.dkim.AmazonSES.com.'] },
    state: 'found',
    why: /published/,
  },
  { title: 'no CNAME', record: dkim, state: 'missing', why: /no such record/ },
  {
    title: 'a CNAME that leads elsewhere',
    record: dkim,
    there: { cname: ['abd.dkim.amazonses.com'] },
    state: 'wrong',
    why: /elsewhere/,
    found: ['abd.dkim.amazonses.com'],
  },
  {
    title: 'a CNAME whose value the panel completed',
    record: dkim,
    there: { cname: ['abc.dkim.amazonses.com.example.com'] },
    state: 'wrong',
    why: /end the value with a dot/,
  },
  {
    title: 'a CNAME entered with the domain twice',
    record: dkim,
    zone: { 'abc._domainkey.example.com.example.com': { cname: ['abc.dkim.amazonses.com'] } },
    state: 'wrong',
    why: /Enter only “abc._domainkey”/,
  },
  {
    title: 'a CNAME entered as TXT',
    record: dkim,
    there: { txt: ['abc.dkim.amazonses.com'] },
    state: 'wrong',
    why: /must be CNAME/,
  },
  {
    title: 'another TXT in its place',
    record: dkim,
    there: { txt: ['hello'] },
    state: 'conflict',
    why: /TXT record/,
  },
  {
    title: 'a flattened CNAME',
    record: dkim,
    there: { txt: ['v=DKIM1; p=MIG'] },
    state: 'conflict',
    why: /flatten/,
  },
  { title: 'a proxied CNAME', record: dkim, there: { a: ['192.0.2.1'] }, state: 'conflict', why: /DNS only/ },
  { title: 'a failing server', record: dkim, there: { fails: true }, state: 'unknown', why: /no answer/ },
  {
    title: 'a token among other texts',
    record: token,
    there: { txt: ['other', 'Tok/en='] },
    state: 'found',
    why: /published/,
  },
  {
    title: 'a token in other case',
    record: token,
    there: { txt: ['tok/en='] },
    state: 'wrong',
    why: /another value/,
    found: ['tok/en='],
  },
  {
    title: 'a token in quotes',
    record: token,
    there: { txt: ['"Tok/en="'] },
    state: 'wrong',
    why: /quotation marks/,
  },
  {
    title: 'a token beside a CNAME',
    record: token,
    there: { cname: ['x.example.net'], txt: ['else'] },
    state: 'conflict',
    why: /CNAME stands/,
  },
  {
    title: 'a token behind a CNAME',
    record: token,
    there: { cname: ['x.example.net'], txt: ['Tok/en='] },
    state: 'found',
    why: /published/,
  },
  {
    title: 'the one MX of MAIL FROM',
    record: feedback,
    there: { mx: [{ exchange: 'feedback-smtp.eu-central-1.amazonses.com', priority: 10 }] },
    state: 'found',
    why: /published/,
  },
  {
    title: 'a second MX of MAIL FROM',
    record: feedback,
    there: {
      mx: [
        { exchange: 'feedback-smtp.eu-central-1.amazonses.com', priority: 10 },
        { exchange: 'mx.example.net', priority: 20 },
      ],
    },
    state: 'conflict',
    why: /with one only/,
  },
  {
    title: 'the MX of another region',
    record: feedback,
    there: { mx: [{ exchange: 'feedback-smtp.us-east-1.amazonses.com', priority: 10 }] },
    state: 'wrong',
    why: /another region/,
  },
  {
    title: 'a MAIL FROM domain that receives',
    record: feedback,
    there: { mx: [{ exchange: 'mx.example.net', priority: 10 }] },
    state: 'conflict',
    why: /choose another subdomain/,
  },
  {
    title: 'an MX behind a CNAME',
    record: feedback,
    there: { cname: ['www.example.com'] },
    state: 'conflict',
    why: /CNAME stands/,
  },
  {
    title: 'an SPF that includes SES and more',
    record: mailFromSpf,
    there: { txt: ['V=SPF1 ip4:192.0.2.1 include:AmazonSES.com -all'] },
    state: 'found',
    why: /published/,
  },
  {
    title: 'two SPF records',
    record: mailFromSpf,
    there: { txt: ['v=spf1 include:amazonses.com ~all', 'v=spf1 -all'] },
    state: 'conflict',
    why: /two SPF/,
  },
  {
    title: 'an SPF without SES',
    record: mailFromSpf,
    there: { txt: ['v=spf1 -all'] },
    state: 'wrong',
    why: /another/,
  },
  {
    title: 'our MX first',
    record: inbound,
    there: {
      mx: [
        { exchange: 'mx.example.net', priority: 20 },
        { exchange: 'inbound-smtp.eu-central-1.amazonaws.com', priority: 10 },
      ],
    },
    state: 'found',
    why: /first/,
  },
  {
    title: 'another MX first',
    record: inbound,
    there: {
      mx: [
        { exchange: 'mx.example.net', priority: 5 },
        { exchange: 'inbound-smtp.eu-central-1.amazonaws.com', priority: 10 },
      ],
    },
    state: 'conflict',
    why: /mx\.example\.net/,
  },
  {
    title: 'another MX of the same number',
    record: inbound,
    there: {
      mx: [
        { exchange: 'mx.example.net', priority: 10 },
        { exchange: 'inbound-smtp.eu-central-1.amazonaws.com', priority: 10 },
      ],
    },
    state: 'conflict',
    why: /not higher/,
  },
  {
    title: 'mailboxes elsewhere',
    record: inbound,
    there: { mx: [{ exchange: 'aspmx.l.google.com', priority: 1 }] },
    state: 'conflict',
    why: /subdomain/,
  },
  {
    title: 'an own key with blanks and tags',
    record: ownKey,
    there: { txt: ['v=DKIM1; k=rsa; p=MIGf MA0'] },
    state: 'found',
    why: /published/,
  },
  {
    title: 'another own key',
    record: ownKey,
    there: { txt: ['p=MIGfXXX'] },
    state: 'wrong',
    why: /another value/,
  },
];

describe('checkRecords', () => {
  for (const { title, record, there, zone, state, why, found } of cases) {
    it(`says ${state} for ${title}`, async () => {
      const dns = zoneDns({ ...(there && { [record.name]: there }), ...zone });
      const [checked] = await checkRecords([record], domain, dns);
      assert.equal(checked?.dns.state, state, checked?.dns.why);
      assert.match(checked.dns.why, why);
      if (found) assert.deepEqual(checked.dns.found, found);
    });
  }

  it('shows hostile answers short and printable', async () => {
    const evil = `\u0000\u202e\u001b[31m${'x'.repeat(60_000)}`;
    const dns = zoneDns({ [token.name]: { txt: Array.from({ length: 500 }, () => evil) } });
    const [checked] = await checkRecords([token], domain, dns);
    assert.equal(checked?.dns.found.length, 10);
    for (const shown of checked.dns.found) {
      assert.ok(shown.length <= 301);
      assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}]/u);
    }
  });

  it('stays calm whatever DNS answers', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 400 });
    const list = fc.array(
      fc.oneof(
        text,
        text.map((more) => `v=spf1 ${more}`),
        text.map((more) => `p=${more}`),
      ),
    );
    const name = fc.record({
      txt: list,
      cname: list,
      mx: fc.array(fc.record({ exchange: text, priority: fc.nat() })),
      a: list,
      fails: fc.boolean(),
    });
    const records = [dkim, token, feedback, mailFromSpf, inbound, ownKey];
    await fc.assert(
      fc.asyncProperty(name, async (there) => {
        const dns = zoneDns(Object.fromEntries(records.map((record) => [record.name, there])));
        for (const { dns: word } of await checkRecords(records, domain, dns)) {
          assert.doesNotMatch([word.why, ...word.found].join(''), /[\p{Cc}\p{Cf}]/u);
          assert.ok(word.found.length <= 10);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('looks no further than DNS names can be long', async () => {
    const long = `${'a'.repeat(60)}.`.repeat(4).slice(0, -1);
    const record = { ...token, name: `_amazonses.${long}` };
    const [checked] = await checkRecords([record], long, zoneDns({}));
    assert.equal(checked?.dns.state, 'missing');
  });
});
