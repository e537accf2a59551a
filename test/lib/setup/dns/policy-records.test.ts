import assert from 'node:assert/strict';
import fc from 'fast-check';
import { policyRecords } from '../../../../nodes/lib/setup/dns/policy-records.ts';
import { countLookups, mergeSpf } from '../../../../nodes/lib/setup/dns/spf-record.ts';
import { type ZoneName, zoneDns } from '../../../support/zone-dns.ts';

describe('mergeSpf', () => {
  const cases: readonly [string, readonly string[], string][] = [
    ['a first record', [], 'v=spf1 include:amazonses.com ~all'],
    ['a record with SES', ['v=spf1 include:amazonses.com -all'], 'v=spf1 include:amazonses.com -all'],
    [
      'a record without',
      ['v=spf1 mx include:_spf.google.com -all'],
      'v=spf1 mx include:_spf.google.com include:amazonses.com -all',
    ],
    [
      'a redirect',
      ['v=spf1 redirect=_spf.example.com'],
      'v=spf1 include:amazonses.com redirect=_spf.example.com',
    ],
    ['no end', ['v=spf1 a'], 'v=spf1 a include:amazonses.com ~all'],
    [
      'two records',
      ['v=spf1 a -all', 'v=spf1 a include:amazonses.com ~all'],
      'v=spf1 a include:amazonses.com -all',
    ],
  ];
  for (const [title, existing, merged] of cases) {
    it(`makes one record of ${title}`, () => assert.equal(mergeSpf(existing), merged));
  }
});

describe('countLookups', () => {
  it('counts those of included records too', async () => {
    const dns = zoneDns({ 'a.test': { txt: ['v=spf1 a mx ip4:192.0.2.1 -all'] } });
    assert.equal(await countLookups('v=spf1 include:a.test exists:%{i}.b.test ~all', dns), 4);
  });

  it('ends for a record that includes itself', async () => {
    const dns = zoneDns({ 'a.test': { txt: ['v=spf1 include:a.test include:a.test -all'] } });
    assert.equal(await countLookups('v=spf1 include:a.test -all', dns), 11);
  });

  it('ends soon for any record', async () => {
    const texts = fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(texts, fc.string({ unit: 'binary' }), async (txt, more) => {
        const dns = zoneDns({ 'a.test': { txt: [...txt, `v=spf1 include:a.test ${more}`] } });
        assert.ok((await countLookups(`v=spf1 include:a.test ${more}`, dns)) <= 11);
      }),
      { numRuns: 30 },
    );
  });
});

describe('policyRecords', () => {
  const look = (zone: Record<string, ZoneName>, mailFrom?: string) =>
    policyRecords('news.example.com', mailFrom, zoneDns(zone));

  it('advises a first SPF and DMARC', async () => {
    const { records } = await look({});
    assert.deepEqual(
      records.map(({ name, value, required, dns }) => [name, value, required, dns.state]),
      [
        ['news.example.com', 'v=spf1 include:amazonses.com ~all', false, 'missing'],
        ['_dmarc.news.example.com', 'v=DMARC1; p=none;', false, 'missing'],
      ],
    );
  });

  it('keeps a DMARC record and tells what it does', async () => {
    const { records, advice } = await look({ '_dmarc.news.example.com': { txt: ['v=DMARC1; p=reject'] } });
    assert.equal(records[1]?.value, 'v=DMARC1; p=reject');
    assert.equal(records[1]?.dns.state, 'found');
    assert.match(advice.join(' '), /p=reject: mail that is not signed/);
  });

  it('lets the record of the domain above hold', async () => {
    const { records } = await look({ '_dmarc.example.com': { txt: ['v=DMARC1; p=none'] } });
    assert.equal(records[1]?.dns.state, 'found');
    assert.match(records[1]?.dns.why ?? '', /example\.com holds/);
  });

  it('warns of two DMARC records', async () => {
    const txt = ['v=DMARC1; p=none', 'v=DMARC1; p=reject'];
    const { records } = await look({ '_dmarc.news.example.com': { txt } });
    assert.equal(records[1]?.dns.state, 'conflict');
  });

  it('warns of more than ten look-ups', async () => {
    const includes = Array.from({ length: 10 }, (_each, index) => `include:s${index}.test`).join(' ');
    const { advice } = await look({ 'news.example.com': { txt: [`v=spf1 ${includes} -all`] } });
    assert.match(advice.join(' '), /more than 10 DNS look-ups/);
  });

  it('explains alignment with a custom MAIL FROM domain, and what aspf=s does to it', async () => {
    const relaxed = await look({}, 'mail.news.example.com');
    assert.match(relaxed.advice.join(' '), /SPF passes for mail\.news\.example\.com and counts too/);
    const zone = { '_dmarc.news.example.com': { txt: ['v=DMARC1; p=none; aspf=s'] } };
    assert.match((await look(zone, 'mail.news.example.com')).advice.join(' '), /aspf=s/);
  });

  it('does not lose a record because one that it includes is not answered', async () => {
    const txt = ['v=spf1 include:s.test -all'];
    const { records } = await look({ 'news.example.com': { txt }, 's.test': { fails: true } });
    assert.equal(records[0]?.value, 'v=spf1 include:s.test include:amazonses.com -all');
  });

  it('gives advice in words, whatever policy a zone claims', async () => {
    for (const policy of ['constructor', '__proto__', 'toString']) {
      const { advice } = await look({ '_dmarc.news.example.com': { txt: [`v=DMARC1; p=${policy}`] } });
      assert.ok(
        advice.some((words) => /cannot be read/.test(words)),
        policy,
      );
      assert.ok(advice.every((words) => typeof words === 'string'));
    }
  });

  it('takes nothing over that is not plain text', async () => {
    const { records } = await look({
      'news.example.com': { txt: ['v=spf1 \u0007 -all'] },
      '_dmarc.news.example.com': { txt: ['v=DMARC1; p=none; \u202e'] },
    });
    assert.deepEqual(
      records.map(({ value, dns }) => [value, dns.state]),
      [
        ['v=spf1 include:amazonses.com ~all', 'wrong'],
        ['v=DMARC1; p=none;', 'wrong'],
      ],
    );
  });

  it('says unknown where DNS does not answer', async () => {
    const { records } = await look({ 'news.example.com': { fails: true } });
    assert.equal(records[0]?.dns.state, 'unknown');
    assert.equal(records[1]?.dns.state, 'missing');
  });
});
