import assert from 'node:assert/strict';
import fc from 'fast-check';
import { quoteText, zoneFile } from '../../../../nodes/lib/setup/dns/zone-file.ts';

describe('zoneFile', () => {
  it('writes one record for one, whatever stands in its names', () => {
    const evil = 'a\nevil.example.com.\tIN\tA\t192.0.2.1 ; "';
    for (const type of ['CNAME', 'MX'] as const) {
      const record = { purpose: 'dkim', type, name: evil, value: evil, required: true } as const;
      const [line, comment, ...others] = zoneFile([record], 'example.com').split('\n');
      assert.match(
        line ?? '',
        /^a\\010evil\.example\.com\.\\009IN\\009A\\009192\.0\.2\.1\\032\\059\\032\\034\.\t3600/,
      );
      assert.match(comment ?? '', /^; name in a panel/);
      assert.deepEqual(others, ['']);
    }
  });

  it('writes whole names with dots, and the name for panels that append the domain', () => {
    const text = zoneFile(
      [
        {
          purpose: 'dkim',
          type: 'CNAME',
          name: 'a._domainkey.example.com',
          value: 'a.zone.test',
          required: true,
        },
        {
          purpose: 'inbound-mx',
          type: 'MX',
          name: 'example.com',
          value: 'in.test',
          priority: 10,
          required: true,
        },
        {
          purpose: 'dmarc',
          type: 'TXT',
          name: '_dmarc.example.com',
          value: 'v=DMARC1; p=none;',
          required: false,
        },
      ],
      'example.com',
    );
    assert.equal(
      text,
      [
        'a._domainkey.example.com.\t3600\tIN\tCNAME\ta.zone.test.',
        '; name in a panel that appends example.com: a._domainkey',
        'example.com.\t3600\tIN\tMX\t10 in.test.',
        '; name in a panel that appends example.com: @',
        '_dmarc.example.com.\t3600\tIN\tTXT\t"v=DMARC1; p=none;"',
        '; name in a panel that appends example.com: _dmarc',
        '',
      ].join('\n'),
    );
  });

  it('warns where something else is published', () => {
    const dns = { state: 'wrong', found: [], why: '' } as const;
    const record = {
      purpose: 'spf',
      type: 'TXT',
      name: 'example.com',
      value: 'v=spf1',
      required: false,
      dns,
    } as const;
    assert.equal(
      zoneFile([record]),
      '; to replace what is published there now\nexample.com.\t3600\tIN\tTXT\t"v=spf1"\n',
    );
  });

  it('splits and escapes any text so that it reads back the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 700 }), (text) => {
        const quoted = quoteText(text);
        assert.match(quoted, /^[\x20-\x7e]*$/);
        const strings = readStrings(quoted);
        assert.ok(strings.every(({ length }) => length <= 255));
        assert.deepEqual(Buffer.concat(strings), Buffer.from(text));
      }),
      { numRuns: 50 },
    );
  });
});

/** A reader of RFC 1035 §5.1 character-strings. */
function readStrings(quoted: string): Buffer[] {
  return [...quoted.matchAll(/"((?:[^"\\]|\\\d{3}|\\.)*)"/g)].map(([, inner = '']) =>
    Buffer.from(
      inner.replace(/\\(\d{3})|\\(.)/g, (_all, code, mark) => mark ?? String.fromCharCode(Number(code))),
      'latin1',
    ),
  );
}
