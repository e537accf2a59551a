import assert from 'node:assert/strict';
import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { foldedLine, formatDate, formatMailboxes, headerLine } from '../../../nodes/lib/mail/header-line.ts';

const emailError = (code: string, field: string) => ({ name: 'EmailError', code, field });
const unfold = (line: string): string => line.replace(/\r\n(?=[\t ])/g, '').replace(/\r\n$/, '');

/** Written from RFC 2047 alone, so that it can disagree with the encoder. */
function decodeWords(text: string): string {
  return text
    .replace(/(=\?UTF-8\?[BQ]\?[^?\s]*\?=)\s+(?==\?UTF-8\?)/g, '$1')
    .replace(/=\?UTF-8\?([BQ])\?([^?\s]*)\?=/g, (_word, letter: string, coded: string) => {
      if (letter === 'B') return Buffer.from(coded, 'base64').toString();
      const octets = coded.replaceAll('_', ' ').replace(/=([0-9A-F]{2})/g, (_escape, hex: string) => {
        return String.fromCharCode(Number.parseInt(hex, 16));
      });
      return Buffer.from(octets, 'latin1').toString();
    });
}

/** Any text a door lets through: no control characters, no halves of characters. */
const headerText = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ maxLength: 300 }),
    fc
      .array(
        fc.oneof(fc.lorem(), fc.constantFrom('Größe', '日本語の件名', '=?utf-8?Q?x?=', '👩‍👩‍👧', '  ')),
        {
          maxLength: 40,
        },
      )
      .map((words) => words.join(' ')),
  )
  .map((text) => text.replace(/\p{Cc}/gu, '').trim());

describe('headerLine', () => {
  it('leaves a short ASCII value as it is', () => {
    assert.equal(headerLine('Subject', 'Your order 17'), 'Subject: Your order 17\r\n');
    assert.equal(headerLine('Subject', ''), 'Subject: \r\n');
  });

  it('folds a long value only at white space, never right after the name', () => {
    const value = `${'a'.repeat(80)} ${'b'.repeat(60)}  ${'c'.repeat(30)}`;
    assert.equal(
      headerLine('X-Note', value),
      `X-Note: ${'a'.repeat(80)}\r\n ${'b'.repeat(60)}\r\n  ${'c'.repeat(30)}\r\n`,
    );
  });

  it('encodes only the stretch of words that needs it', () => {
    assert.equal(headerLine('Subject', 'Re: Größe M now'), 'Subject: Re: =?UTF-8?B?R3LDtsOfZQ==?= M now\r\n');
  });

  it('encodes a text that looks like an encoded-word, so that it is not taken for one', () => {
    const line = headerLine('Subject', '=?utf-8?Q?fake?=');
    assert.equal(decodeWords(unfold(line)), 'Subject: =?utf-8?Q?fake?=');
    assert.doesNotMatch(line, /utf-8\?Q\?fake/);
  });

  it('brings any text back through decoding, in lines of legal length', () => {
    fc.assert(
      fc.property(
        headerText,
        fc.constantFrom('Subject', 'X-A-Rather-Long-Name-Of-A-Custom-Header'),
        (text, name) => {
          const line = headerLine(name, text);
          assert.equal(decodeWords(unfold(line)), `${name}: ${text}`);
          for (const one of line.slice(0, -2).split('\r\n')) {
            assert.match(one, /^[\t\x20-\x7e]*[\x21-\x7e][\t\x20-\x7e]*$/, 'no line of white space alone');
            assert.ok(one.length <= 998);
            if (one.includes('=?UTF-8?')) assert.ok(one.length <= 76, one);
          }
          for (const [word] of line.matchAll(/=\?UTF-8\?[BQ]\?[^?\s]*\?=/g)) {
            assert.ok(word.length <= 75);
            assert.doesNotMatch(decodeWords(word), /\ufffd/, 'no character is split');
          }
        },
      ),
    );
  });

  it('is read back by another parser', async () => {
    const subject =
      'Überraschung für 日本 – "alles" = 100 % 👩‍👩‍👧 und noch viel mehr Text, damit es lang wird';
    const parsed = await simpleParser(`${headerLine('Subject', subject)}\r\n`);
    assert.equal(parsed.subject, subject);
  });

  for (const bad of ['a\r\nBcc: x@example.com', 'a\nb', 'a\rb', 'a\0b', 'ü\r\nb', 'a\u0085b', 'a\x7fb']) {
    it(`refuses ${JSON.stringify(bad)}`, () => {
      assert.throws(() => headerLine('Subject', bad), emailError('unsafe-characters', 'Subject'));
    });
  }

  it('refuses a word that fits into no line', () => {
    const url = `<https://example.com/${'x'.repeat(990)}>`;
    assert.throws(
      () => headerLine('List-Unsubscribe', url),
      emailError('bad-header-value', 'List-Unsubscribe'),
    );
    assert.doesNotThrow(() => headerLine('X-Token', 'x'.repeat(989)));
    assert.throws(() => headerLine('X-Token', 'x'.repeat(990)), emailError('bad-header-value', 'X-Token'));
    assert.throws(
      () => headerLine('X-Blank', `a${' '.repeat(1200)}b`),
      emailError('bad-header-value', 'X-Blank'),
    );
  });

  it('encodes the phrase of a list header but nothing in angle brackets', () => {
    assert.equal(
      headerLine('List-Id', 'Größe <a.example.com>'),
      'List-Id: =?UTF-8?B?R3LDtsOfZQ==?= <a.example.com>\r\n',
    );
    const uri = '<https://example.com/ü>';
    assert.throws(
      () => headerLine('list-unsubscribe', uri),
      emailError('bad-header-value', 'list-unsubscribe'),
    );
  });

  it('folds a list header between its URIs', () => {
    const value = `<https://example.com/${'t'.repeat(60)}>, <mailto:unsub+token@example.com>`;
    const [first, second] = value.split(', ');
    assert.equal(headerLine('List-Unsubscribe', value), `List-Unsubscribe: ${first},\r\n ${second}\r\n`);
  });
});

describe('foldedLine', () => {
  it('refuses anything but printable ASCII', () => {
    for (const bad of ['ü', 'a\r\nb', 'a\0']) {
      assert.throws(() => foldedLine('To', bad), emailError('unsafe-characters', 'To'));
    }
  });

  it('takes linear time on hostile white space', () => {
    assert.throws(() => foldedLine('X', `${' '.repeat(200_000)}a`), emailError('bad-header-value', 'X'));
    assert.throws(
      () => foldedLine('X', 'a\t'.repeat(5).padEnd(200_000)),
      emailError('bad-header-value', 'X'),
    );
  });
});

describe('formatMailboxes', () => {
  const address = 'ann@example.org';
  for (const [name, expected] of [
    [undefined, 'ann@example.org'],
    ['', 'ann@example.org'],
    ['Ann Example', 'Ann Example <ann@example.org>'],
    ['Example, Ann', '"Example, Ann" <ann@example.org>'],
    ['Ann "A" \\ Example', '"Ann \\"A\\" \\\\ Example" <ann@example.org>'],
    ['evil@example.com', '"evil@example.com" <ann@example.org>'],
    ['Änn Examplewoman', '=?UTF-8?Q?=C3=84nn_Examplewoman?= <ann@example.org>'],
    ['Änn, "x" (y)', '=?UTF-8?B?w4RubiwgIngiICh5KQ==?= <ann@example.org>'],
    ['=?utf-8?Q?x?=', '=?UTF-8?B?PT91dGYtOD9RP3g/PQ==?= <ann@example.org>'],
  ] as const) {
    it(`writes ${JSON.stringify(name)} as ${expected}`, () => {
      assert.equal(formatMailboxes([{ address, name }]), expected);
    });
  }

  it('brings any list of names back through another parser, in lines of legal length', async () => {
    const name = headerText.map((text) => text.replace(/\s+/g, ' ').trim());
    await fc.assert(
      fc.asyncProperty(fc.array(name, { minLength: 1, maxLength: 5 }), async (names) => {
        const list = names.map((one, index) => ({ address: `a${index}@example.org`, name: one }));
        const line = foldedLine('Reply-To', formatMailboxes(list));
        const parsed = await simpleParser(`${line}\r\n`);
        assert.deepEqual(
          parsed.replyTo?.value.map(({ address, name }) => ({ address, name })),
          list,
        );
        for (const one of line.split('\r\n').filter((part) => part.includes('=?UTF-8?'))) {
          assert.ok(one.length <= 76, one);
        }
      }),
    );
  });
});

describe('folding', () => {
  it('takes a value of nothing but blanks without trying it from each of them', () => {
    const started = performance.now();
    for (let count = 0; count < 50; count += 1) foldedLine('X-Blank', ' '.repeat(8192));
    assert.ok(performance.now() - started < 500);
  });

  it('keeps the blanks that end a value with its last word', () => {
    assert.equal(foldedLine('X-Long', `${'a'.repeat(70)} b  `), `X-Long: ${'a'.repeat(70)}\r\n b  \r\n`);
  });
});

describe('formatDate', () => {
  it('writes UTC as RFC 5322 has it', () => {
    assert.equal(formatDate(Date.UTC(2026, 10, 3, 4, 5, 6)), 'Tue, 03 Nov 2026 04:05:06 +0000');
    assert.equal(formatDate(0), 'Thu, 01 Jan 1970 00:00:00 +0000');
  });
});
