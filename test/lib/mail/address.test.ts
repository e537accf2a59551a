import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ErrorCode } from '../../../nodes/lib/kernel/error-sentences.ts';
import {
  addressKey,
  domainOf,
  readDisplayName,
  readMailbox,
  readMailboxList,
} from '../../../nodes/lib/mail/address.ts';
import { assertRefused } from '../../support/assert-refused.ts';

const accepted: Record<string, { address: string; name?: string }> = {
  'a@b.co': { address: 'a@b.co' },
  '<a@b.co>': { address: 'a@b.co' },
  '  a@b.co ': { address: 'a@b.co' },
  'Ann <a@b.co>': { address: 'a@b.co', name: 'Ann' },
  'Ann<a@b.co>': { address: 'a@b.co', name: 'Ann' },
  'Ann B. O’Neill-Ł <a@b.co>': { address: 'a@b.co', name: 'Ann B. O’Neill-Ł' },
  '[Support] Team <a@b.co>': { address: 'a@b.co', name: '[Support] Team' },
  '"Doe, \\"Ann\\" \\\\ <x@y.z>; (c)" <a@b.co>': { address: 'a@b.co', name: 'Doe, "Ann" \\ <x@y.z>; (c)' },
  '"" <a@b.co>': { address: 'a@b.co' },
  '" " <a@b.co>': { address: 'a@b.co' },
  'O.Neil+Tag_1@Example.COM': { address: 'O.Neil+Tag_1@example.com' },
  "!#$%&'*+/=?^_`{|}~-@b.co": { address: "!#$%&'*+/=?^_`{|}~-@b.co" },
  'info@MÜNCHEN.de': { address: 'info@xn--mnchen-3ya.de' },
  'info@straße.de': { address: 'info@xn--strae-oqa.de' },
  [`${'l'.repeat(64)}@b.co`]: { address: `${'l'.repeat(64)}@b.co` },
};

const refused: Record<string, [code: ErrorCode, text: string]> = {
  nothing: ['bad-address', ''],
  'only blanks': ['bad-address', '   '],
  'no @': ['bad-address', 'b.co'],
  'nothing before the @': ['bad-address', '@b.co'],
  'nothing after the @': ['bad-address', 'a@'],
  'a domain without a dot': ['bad-address', 'a@b'],
  'two dots in the domain': ['bad-address', 'a@b..com'],
  'a hyphen before the domain': ['bad-address', 'a@-b.com'],
  'a trailing dot': ['bad-address', 'a@b.com.'],
  'an IP literal': ['bad-address', 'a@[192.0.2.1]'],
  'a circled letter in the domain': ['bad-address', 'user@ⓔxample.com'],
  'a soft hyphen in the domain': ['bad-address', 'user@exa\u00admple.com'],
  'a second line with a Bcc': ['unsafe-characters', 'a@b.com\r\nBcc: z@z.com'],
  'a line feed at the end': ['unsafe-characters', 'a@b.com\n'],
  'a NUL': ['unsafe-characters', 'a\0@b.com'],
  'a tab': ['unsafe-characters', 'Ann\t<a@b.com>'],
  'a line separator in the name': ['unsafe-characters', 'A\u2028nn <a@b.com>'],
  'a right-to-left override in the name': ['unsafe-characters', 'A\u202enn <a@b.com>'],
  'an isolate in a quoted name': ['unsafe-characters', '"A\u2066nn" <a@b.com>'],
  'half a character in the name': ['unsafe-characters', 'A\ud83d <a@b.com>'],
  'a blank inside the domain': ['bad-address', 'user@evil.com .example.com'],
  'a blank inside the local part': ['bad-address', 'user name@b.com'],
  'blanks inside the angle brackets': ['bad-address', '< a@b.com >'],
  'a comment after the domain': ['bad-address', 'user@evil.com(c).example.com'],
  'a comment after the address': ['bad-address', 'a@b.com (Ann)'],
  'nested comments': ['bad-address', 'a(x(y(z)))@b.com'],
  'a quoted local part': ['bad-address', '"a@evil x"@ok.com'],
  'a quoted plain local part': ['bad-address', '"a"@b.com'],
  'a second address in quotation marks before it': ['bad-address', '"xclow3n@gmail.com x"@internal.domain'],
  'a group': ['bad-address', 'group: a@b.com, d@e.com;'],
  'an empty group': ['bad-address', 'undisclosed-recipients:;'],
  'a route': ['bad-address', '<@x.com:a@b.com>'],
  'a percent hack with a second @': ['bad-address', 'a@b.com@c.com'],
  'two addresses between semicolons': ['bad-address', 'a@b.com;z@z.com'],
  'two addresses between commas': ['bad-address', 'a@b.com,z@z.com'],
  'a comma within the address': ['bad-address', '<a@b.com,z@z.com>'],
  'two addresses in angle brackets': ['bad-address', '<a@b.com> <z@z.com>'],
  'an angle bracket too many': ['bad-address', '<<a@b.com>>'],
  'an angle bracket only at the end': ['bad-address', 'a@b.com>'],
  'an angle bracket only in front': ['bad-address', '<a@b.com'],
  'text after the address': ['bad-address', 'Ann <a@b.com> x'],
  'an address as a bare name': ['bad-address', 'z@z.com <a@b.com>'],
  'a comma in a bare name': ['bad-address', 'Doe, Ann <a@b.com>'],
  'quotation marks inside a bare name': ['bad-address', 'Ann "the" Doe <a@b.com>'],
  'a quoted name that does not end': ['bad-address', '"Ann <a@b.com>'],
  'a quoted name that ends in a backslash': ['bad-address', '"Ann\\" <a@b.com>'],
  'an encoded-word as address': ['bad-address', '=?utf-8?q?z=40z.com?=@b.com'],
  'an encoded-word as name': ['bad-address', '=?utf-8?q?Ann?= <a@b.com>'],
  'a mailto link': ['bad-address', 'mailto:a@b.com'],
  'a dot in front': ['bad-address', '.a@b.com'],
  'a dot before the @': ['bad-address', 'a.@b.com'],
  'two dots in a row': ['bad-address', 'a..b@b.com'],
  'a fullwidth @': ['bad-address', 'a＠b.com'],
  'letters beyond ASCII before the @': ['non-ascii-local-part', 'jörg@b.com'],
  'a zero-width space before the @': ['non-ascii-local-part', 'a\u200b@b.com'],
  'a local part of 65': ['address-too-long', `${'l'.repeat(65)}@b.com`],
  'a domain of 250': ['address-too-long', `abcd@${`${'d'.repeat(49)}.`.repeat(5)}com`],
  '255 octets only once it is written in ASCII': [
    'address-too-long',
    `${'l'.repeat(64)}@${`${'ü'.repeat(20)}.`.repeat(7)}com`,
  ],
  'a name of 257': ['bad-address', `${'n'.repeat(257)} <a@b.com>`],
  'an endless text': ['address-too-long', `a@${'b.'.repeat(100_000)}com`],
};

describe('readMailbox', () => {
  for (const [text, mailbox] of Object.entries(accepted)) {
    it(`reads ${text}`, () => assert.deepEqual(readMailbox(text, 'to'), mailbox));
  }

  for (const [what, [code, text]] of Object.entries(refused)) {
    it(`refuses ${what}`, async () => {
      await assertRefused(() => readMailbox(text, 'to'), code, 'to');
      if (what !== 'two addresses between commas')
        await assertRefused(() => readMailboxList(text, 'cc'), code, 'cc');
    });
  }

  it('gives addresses that read to themselves and hold nothing that separates addresses', () => {
    fc.assert(
      fc.property(typedMailbox, (text) => {
        const mailbox = tryRead(text);
        fc.pre(mailbox !== undefined);
        const { address, name = '' } = mailbox ?? { address: '' };
        assert.match(address, /^[!-~]+$/);
        assert.doesNotMatch(address, /[\s,;<>"()\\]/);
        assert.deepEqual(readMailbox(address, 'to'), { address });
        assert.doesNotMatch(name, /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      }),
      { numRuns: 500 },
    );
  });

  it('reads what looks plain as it reads the same between angle brackets', () => {
    const of = (...parts: string[]) =>
      fc.array(fc.constantFrom('a', '.', '-', 'x'.repeat(62), ...parts), { maxLength: 4 });
    const plain = fc
      .tuple(of('B', '_', '+', '@', '=?'), of('C', '.1', '.xn--a', '.co'))
      .map(([local, domain]) => `${local.join('')}@${domain.join('')}`);
    fc.assert(
      fc.property(fc.oneof(plain, fc.emailAddress()), (typed) => {
        assert.deepEqual(tryRead(typed), tryRead(`<${typed}>`));
      }),
      { numRuns: 5000 },
    );
  });

  it('reads any name between quotation marks as it was', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        const name = text.replaceAll('=?', '').trim();
        const quoted = `"${name.replace(/["\\]/g, '\\$&')}" <a@b.co>`;
        assert.equal(readMailbox(quoted, 'to').name ?? '', name);
      }),
    );
  });

  it('takes no longer for hostile text', () => {
    const started = performance.now();
    for (const part of ['"', '\\', '"\\', '<', '>', '@', 'a.', 'a-', ' ', '(', '""', '=?']) {
      tryRead(part.repeat(1024 / part.length));
      tryRead(`a@${part.repeat(1022 / part.length)}`);
      tryReadList(part.repeat(1_000_000 / part.length));
    }
    assert.ok(performance.now() - started < 2000);
  });
});

describe('readMailboxList', () => {
  it('reads addresses between commas, names and quotation marks included', () => {
    assert.deepEqual(readMailboxList('a@b.co, Ann <c@d.co> ,"Doe, Ann" <e@f.co>', 'to'), [
      { address: 'a@b.co' },
      { address: 'c@d.co', name: 'Ann' },
      { address: 'e@f.co', name: 'Doe, Ann' },
    ]);
  });

  for (const text of ['', ' ', ',', 'a@b.co,', ',a@b.co', 'a@b.co,,c@d.co', 'a@b.co; c@d.co']) {
    it(`refuses “${text}”`, () => assertRefused(() => readMailboxList(text, 'to'), 'bad-address', 'to'));
  }

  it('names the address at fault', async () => {
    const error = await assertRefused(
      () => readMailboxList('a@b.co, x@y, c@d.co', 'cc'),
      'bad-address',
      'cc',
    );
    assert.equal(error.detail.value, 'x@y');
  });

  it('reads 20,000 addresses in well under a second', () => {
    const started = performance.now();
    const list = Array.from(
      { length: 20_000 },
      (_one, index) => `Person ${index} <p${index}@example.com>`,
    ).join();
    assert.equal(readMailboxList(list, 'to').length, 20_000);
    assert.ok(performance.now() - started < 1000);
  });

  it('refuses a text that no list can be', () => {
    return assertRefused(() => readMailboxList('a'.repeat(5_000_001), 'to'), 'address-too-long', 'to');
  });
});

describe('readDisplayName', () => {
  it('takes any text on one line', () => {
    assert.equal(readDisplayName(' Doe, "Ann" <a@b> ', 'from.name'), 'Doe, "Ann" <a@b>');
  });

  it('refuses line breaks and text that reorders what is around it', async () => {
    await assertRefused(() => readDisplayName('a\r\nb', 'from.name'), 'unsafe-characters', 'from.name');
    await assertRefused(() => readDisplayName('a\u202eb', 'from.name'), 'unsafe-characters', 'from.name');
  });

  it('refuses what is no text and what is too long', async () => {
    await assertRefused(() => readDisplayName({}, 'from.name'), 'wrong-type', 'from.name');
    await assertRefused(() => readDisplayName('n'.repeat(257), 'from.name'), 'wrong-type', 'from.name');
  });
});

describe('addressKey', () => {
  const same = [
    'Info@MÜNCHEN.de',
    'info@mu\u0308nchen.de',
    '<INFO@xn--mnchen-3ya.de>',
    'I <info@XN--MNCHEN-3YA.DE>',
  ];
  for (const text of same) {
    it(`is the same for ${text}`, () => {
      assert.equal(addressKey(readMailbox(text, 'to').address), 'info@xn--mnchen-3ya.de');
    });
  }

  it('tells apart what only some providers hold to be one mailbox', () => {
    assert.notEqual(addressKey('a.b@gmail.com'), addressKey('ab@gmail.com'));
    assert.notEqual(addressKey('a+x@gmail.com'), addressKey('a@gmail.com'));
  });
});

describe('domainOf', () => {
  it('is what stands after the @', () => assert.equal(domainOf('a@mail.example.com'), 'mail.example.com'));
});

/** Pieces of which hostile recipients are made, and plain noise. */
const typedMailbox = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.emailAddress(),
  fc.tuple(fc.string({ maxLength: 10 }), fc.emailAddress()).map(([name, address]) => `${name} <${address}>`),
  fc
    .array(
      fc.constantFrom(
        ...[
          'a',
          'Ä',
          'b.co',
          'a@b.co',
          '@',
          '.',
          ' ',
          ',',
          ';',
          ':',
          '"',
          '\\',
          '<',
          '>',
          '(',
          ')',
          '[',
          ']',
        ],
        ...['=?utf-8?q?', '?=', '\r\n', '\0', '\u202e', '\u200b', 'xn--', '%40', '。', '\u00ad'],
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);

function tryRead(text: string): { address: string; name?: string } | undefined {
  try {
    return readMailbox(text, 'to');
  } catch {
    return undefined;
  }
}

function tryReadList(text: string): void {
  try {
    readMailboxList(text, 'to');
  } catch {
    // only the time counts
  }
}
