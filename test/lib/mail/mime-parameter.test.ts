import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mimeParameter } from '../../../nodes/lib/mail/mime-parameter.ts';

/** Written from RFC 2231 §3 and §4 alone. */
function decode(pieces: readonly string[]): string {
  const [only = ''] = pieces;
  const quoted = /^filename="(.*)"$/s.exec(only);
  if (quoted) return (quoted[1] ?? '').replace(/\\(.)/g, '$1');
  const values = pieces.map((piece, index) => {
    const name = pieces.length === 1 ? 'filename*' : `filename*${index}*`;
    assert.ok(piece.startsWith(`${name}=`), piece);
    return piece.slice(name.length + 1);
  });
  assert.match(values[0] ?? '', /^UTF-8''/);
  return decodeURIComponent(values.join('').slice("UTF-8''".length));
}

describe('mimeParameter', () => {
  it('brings any name back, in pieces of 76 characters at most', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 150 }), (name) => {
        const pieces = mimeParameter('filename', name);
        assert.equal(decode(pieces), name);
        for (const piece of pieces) assert.match(piece, /^[\x20-\x7e]{1,74}$/);
      }),
    );
  });

  for (const [name, expected] of [
    ['report.pdf', ['filename="report.pdf"']],
    ['a "b" \\.txt', ['filename="a \\"b\\" \\\\.txt"']],
    ['Größe.pdf', ["filename*=UTF-8''Gr%C3%B6%C3%9Fe.pdf"]],
    ['a\r\nX: y', ["filename*=UTF-8''a%0D%0AX%3A%20y"]],
    [`${'n'.repeat(60)}.pdf`, [`filename*0*=UTF-8''${'n'.repeat(54)}`, 'filename*1*=nnnnnn.pdf']],
  ] as const) {
    it(`writes ${JSON.stringify(name)}`, () => {
      assert.deepEqual(mimeParameter('filename', name), expected);
    });
  }
});
