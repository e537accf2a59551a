import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Segment } from '../../../nodes/lib/mail/shared-mail.ts';
import { encodeText } from '../../../nodes/lib/mail/transfer-encoding.ts';
import { wholeLines } from '../../../nodes/lib/mail/whole-lines.ts';

const text = fc.string({ unit: fc.constantFrom('a', ' ', '\t', '\n', '\r', '=', '.', 'ü', 'x'.repeat(40)) });
const segment = fc.record({ literal: fc.boolean(), text });

const written = (parts: readonly Segment[]): string[] =>
  parts.map((part) => (typeof part === 'string' ? part : part({})));

describe('wholeLines', () => {
  it('keeps the text, and cuts it behind line feeds only', () => {
    fc.assert(
      fc.property(fc.array(segment), (segments) => {
        const given = segments.map((one): Segment => (one.literal ? one.text : () => one.text));
        const parts = wholeLines(given);
        assert.equal(written(parts).join(''), written(given).join(''));
        for (const part of parts.slice(0, -1)) {
          if (typeof part === 'string') assert.ok(part.endsWith('\n'));
        }
      }),
    );
  });

  it('gives parts whose encodings side by side are that of the whole', () => {
    const fixedEnds = fc.record({ literal: fc.boolean(), text });
    fc.assert(
      fc.property(fc.array(fixedEnds), (segments) => {
        const given = segments.map((one): Segment => (one.literal ? one.text : () => one.text));
        const whole = encodeText(written(given).join(''));
        const parts = written(wholeLines(given)).map(encodeText);
        assert.deepEqual(Buffer.concat(parts.map(({ bytes }) => bytes)), whole.bytes);
        assert.equal(
          parts.some(({ encoding }) => encoding !== '7bit'),
          whole.encoding !== '7bit',
        );
      }),
    );
  });

  it('leaves lines alike in all copies apart from those that are not', () => {
    const value = (): string => 'Ann';
    const parts = wholeLines(['Dear ', value, ',\nthank you\nand', ' bye\n', 'for', value]);
    assert.deepEqual(
      parts.map((part) => (typeof part === 'string' ? part : [part({})])),
      [['Dear Ann,\n'], 'thank you\n', 'and bye\n', ['forAnn']],
    );
  });
});
