import assert from 'node:assert/strict';
import fc from 'fast-check';
import { relaxedBody, relaxedField } from '../../../nodes/lib/mail/dkim-canonical.ts';

/** RFC 6376 §3.4.4 word for word, slow. */
function relaxedByRule(body: string): string {
  const collapsed = body.replace(/[\t ]+(?=\r\n|$)/g, '').replace(/[\t ]+/g, ' ');
  const trimmed = collapsed.replace(/(\r\n)+$/, '');
  return trimmed === '' ? '' : `${trimmed}\r\n`;
}

describe('relaxedBody', () => {
  it('agrees with the rules of the standard, however long its stretches', () => {
    const part = fc.constantFrom(' ', '\t', '\r\n', '\r\n\r\n', 'a', 'word', 'é', '.');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), fc.integer({ min: 0, max: 40 }), (parts, stretch) => {
        const body = parts.join('');
        const relaxed = Buffer.concat([...relaxedBody(Buffer.from(body), stretch)]);
        assert.equal(relaxed.toString(), relaxedByRule(body));
      }),
      { numRuns: 500 },
    );
  });
});

describe('relaxedField', () => {
  for (const [field, canonical] of [
    ['A: X', 'a:X'],
    ['B : Y\t\r\n\tZ  ', 'b:Y Z'],
    ['Subject:', 'subject:'],
  ] as const) {
    it(`writes ${JSON.stringify(field)} as ${canonical}`, () => assert.equal(relaxedField(field), canonical));
  }
});
