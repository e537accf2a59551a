import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeWords } from '../../../nodes/lib/mail/decode-words.ts';

describe('decodeWords', () => {
  const cases: Readonly<Record<string, string>> = {
    'plain text': 'plain text',
    '=?utf-8?B?R3LDvMOfZQ==?=': 'Grüße',
    '=?UTF-8?q?Gr=C3=BC=C3=9Fe_an_alle?=': 'Grüße an alle',
    '=?iso-8859-1?Q?Gr=FC=DFe?= you': 'Grüße you',
    '=?utf-8*de?Q?a?= =?utf-8?Q?b?=': 'ab',
    '=?no-such-charset?Q?abc?=': 'abc',
    '=?utf-8?Q?a b?=': '=?utf-8?Q?a b?=',
    '=?utf-8?Q?=0D=0ABcc:_x?=': 'Bcc: x',
    '=?utf-8?Q?=E2=80=AEevil?=': 'evil',
    '=?iso-2022-jp?B?GyRCRnxLXDhsGyhC?=': '日本語',
  };
  for (const [given, text] of Object.entries(cases)) {
    it(`reads ${JSON.stringify(given)}`, () => assert.equal(decodeWords(given), text));
  }

  it('puts a letter together that was cut between two words', () => {
    assert.equal(decodeWords('=?utf-8?Q?Gr=C3?= =?utf-8?Q?=BC=C3=9Fe?='), 'Grüße');
  });

  it('gives one line, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(decodeWords(text), /[\p{Cc}\u2028\u2029\u202a-\u202e]/u);
      }),
    );
  });
});
