import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { encodeBase64, encodeText } from '../../../nodes/lib/mail/transfer-encoding.ts';

/** Written from RFC 2045 §6.7 alone. */
function decodeQuotedPrintable(encoded: string): string {
  const octets = encoded
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(octets, 'latin1').toString();
}

const canonical = (text: string): string => text.replace(/\r\n?|\n/g, '\r\n');

const bodyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc
    .array(
      fc.constantFrom(
        ' ',
        '\t',
        '\r',
        '\n',
        '\r\n',
        '=',
        '.',
        '--=_',
        'ü',
        '漢',
        '👍',
        'x'.repeat(80),
        'word ',
      ),
      {
        maxLength: 60,
      },
    )
    .map((parts) => parts.join('')),
);

describe('encodeText', () => {
  it('brings any text back, its line ends as CRLF', () => {
    fc.assert(
      fc.property(bodyText, (text) => {
        const { encoding, bytes } = encodeText(text);
        const encoded = bytes.toString('latin1');
        const decoded = encoding === '7bit' ? encoded : decodeQuotedPrintable(encoded);
        assert.equal(decoded, canonical(text));
        for (const line of encoded.split('\r\n')) assert.match(line, /^[\t\x20-\x7e]{0,76}$/);
        assert.doesNotMatch(encoded, /[\t ](\r\n|$)/, 'no white space at the end of a line');
        assert.ok(!encoded.includes('--=_'), 'no boundary');
      }),
      { numRuns: 300 },
    );
  });

  for (const [text, encoding, encoded] of [
    ['', '7bit', ''],
    ['Hello\nAnn', '7bit', 'Hello\r\nAnn'],
    ['a\r\rb\r\n', '7bit', 'a\r\n\r\nb\r\n'],
    ['x'.repeat(75), '7bit', 'x'.repeat(75)],
    ['x'.repeat(76), 'quoted-printable', `${'x'.repeat(75)}=\r\nx`],
    ['1 = 1', 'quoted-printable', '1 =3D 1'],
    ['a \n\tb\t', 'quoted-printable', 'a=20\r\n\tb=09'],
    ['ü', 'quoted-printable', '=C3=BC'],
    [`${'x'.repeat(73)}ü`, 'quoted-printable', `${'x'.repeat(73)}=\r\n=C3=BC`],
  ] as const) {
    it(`writes ${JSON.stringify(text)} as ${encoding}`, () => {
      const result = encodeText(text);
      assert.deepEqual([result.encoding, result.bytes.toString()], [encoding, encoded]);
    });
  }

  it('has room for the longest result', () => {
    for (const text of ['ü'.repeat(5000), '\n'.repeat(5000), '\t\n'.repeat(5000), '=x'.repeat(5000)]) {
      const { encoding, bytes } = encodeText(text);
      assert.equal(
        encoding === '7bit' ? bytes.toString() : decodeQuotedPrintable(bytes.toString()),
        canonical(text),
      );
    }
  });
});

describe('encodeBase64', () => {
  it('brings any bytes back, in lines of 76 characters', () => {
    return fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (content) => {
        const lines = (await encodeBase64(content)).toString('latin1').split('\r\n');
        assert.deepEqual(new Uint8Array(Buffer.from(lines.join(''), 'base64')), content);
        for (const line of lines.slice(0, -1)) assert.equal(line.length, 76);
        assert.ok((lines.at(-1) ?? '').length <= 76);
      }),
    );
  });

  it('joins what it encodes in stretches', async () => {
    for (const size of [49_133, 49_134, 49_135, 49_134 * 20 + 1, 3_000_000]) {
      const content = randomBytes(size);
      const expected = content.toString('base64').match(/.{1,76}/g) ?? [];
      assert.equal((await encodeBase64(content)).toString('latin1'), expected.join('\r\n'), `${size}`);
    }
  });

  it('lets others have their turn while it encodes a large content', async () => {
    let turns = 0;
    let isEncoded = false;
    const takeTurns = (): void => {
      turns += 1;
      if (!isEncoded) setImmediate(takeTurns);
    };
    setImmediate(takeTurns);
    await encodeBase64(Buffer.alloc(5_000_000));
    isEncoded = true;
    assert.ok(turns >= 4, `${turns}`);
  });

  it('reads only its own part of a shared buffer', async () => {
    const shared = Buffer.from('secret-content-secret');
    const encoded = await encodeBase64(shared.subarray(7, 14));
    assert.equal(encoded.toString(), Buffer.from('content').toString('base64'));
  });
});
