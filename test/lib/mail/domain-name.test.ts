import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readDomainName } from '../../../nodes/lib/mail/domain-name.ts';
import { assertRefused } from '../../support/assert-refused.ts';

const label63 = 'a'.repeat(63);
const domain253 = `${label63}.${label63}.${label63}.${'b'.repeat(61)}`;

const accepted: Record<string, string> = {
  'example.com': 'example.com',
  'Mail.EXAMPLE.Com': 'mail.example.com',
  'a-b--c.example.co.uk': 'a-b--c.example.co.uk',
  '1und1.de': '1und1.de',
  'straße.de': 'xn--strae-oqa.de',
  'münchen.de': 'xn--mnchen-3ya.de',
  'MÜNCHEN.de': 'xn--mnchen-3ya.de',
  'mu\u0308nchen.de': 'xn--mnchen-3ya.de',
  'xn--mnchen-3ya.de': 'xn--mnchen-3ya.de',
  'XN--MNCHEN-3YA.DE': 'xn--mnchen-3ya.de',
  'пример.рф': 'xn--e1afmkfd.xn--p1ai',
  [domain253]: domain253,
};

const refused: Record<string, string> = {
  nothing: '',
  'no dot': 'localhost',
  'two dots in a row': 'b..com',
  'a dot in front': '.b.com',
  'a trailing dot': 'b.com.',
  'a hyphen in front': '-a.com',
  'a hyphen at the end': 'a-.com',
  'an underscore': 'a_b.com',
  'a blank': 'evil.com .example.com',
  'a comment': 'evil.com(c).example.com',
  'an IPv4 address': '192.0.2.1',
  'an IPv4 address in hexadecimal': '0x7f.0x1',
  'an IP literal': '[192.0.2.1]',
  'an IPv6 literal': '[IPv6:2001:db8::1]',
  'a numeric top level': 'example.123',
  'a label of 64': `${label63}a.com`,
  '254 characters': `a${domain253}`,
  'a port': 'b.com:25',
  'a path after a letter of its own': 'ü/b.com',
  'a percent escape': 'a%62.com',
  'a percent escape after a letter of its own': 'ü%62.com',
  'a circled letter': 'ⓔxample.com',
  'a fullwidth letter': 'ｅxample.com',
  'a fullwidth dot': 'a．com',
  'an ideographic dot': 'a。com',
  'a zero-width space': 'exa\u200bmple.com',
  'a zero-width joiner where UTS #46 allows it': 'क्\u200dष.com',
  'a soft hyphen': 'exa\u00admple.com',
  'a word joiner': 'exa\u2060mple.com',
  'a variation selector': 'ü\ufe0f.com',
  'the kelvin sign for a k': '\u212aelvin.com',
  'a ligature': 'ﬁrst.com',
  'a superscript': 'a².com',
  'an A-label that decodes to nothing': 'xn--a.com',
  'an empty A-label': 'xn--.com',
  'an A-label of a zero-width joiner': 'xn--11b2ezcw70k.com',
  'right-to-left mixed with left-to-right': 'אa.com',
};

describe('readDomainName', () => {
  for (const [text, domain] of Object.entries(accepted)) {
    it(`reads ${text} as ${domain}`, () => assert.equal(readDomainName(text, 'to'), domain));
  }

  for (const [what, text] of Object.entries(refused)) {
    it(`refuses ${what}`, async () => {
      const error = await assertRefused(() => readDomainName(text, 'to'), 'bad-address', 'to');
      assert.ok(error.detail.why);
    });
  }

  it('keeps a look-alike apart from what it looks like', () => {
    assert.notEqual(readDomainName('аpple.com', 'to'), 'apple.com');
  });

  it('gives the whole address as the value at fault when it was told it', async () => {
    const error = await assertRefused(() => readDomainName('b', 'to', 'a@b'), 'bad-address', 'to');
    assert.equal(error.detail.value, 'a@b');
  });

  it('reads what it gave to itself, in ASCII', () => {
    const label = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
    const typed = fc.oneof(
      fc.domain(),
      fc.array(label, { minLength: 2, maxLength: 3 }).map((labels) => labels.join('.')),
    );
    fc.assert(
      fc.property(typed, (text) => {
        const domain = tryRead(text);
        fc.pre(domain !== undefined);
        assert.match(domain ?? '', /^[a-z0-9.-]+$/);
        assert.equal(readDomainName(domain ?? '', 'to'), domain);
      }),
    );
  });
});

function tryRead(text: string): string | undefined {
  try {
    return readDomainName(text, 'to');
  } catch {
    return undefined;
  }
}
