import assert from 'node:assert/strict';
import fc from 'fast-check';
import { messageFromSnapshot, messageSnapshot } from '../../../nodes/lib/outbound/message-snapshot.ts';

const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;

describe('messageSnapshot', () => {
  it('keeps what comes back from JSON as it went in', () => {
    const message = {
      _msgid: '1',
      payload: { a: [1, 'b', null, true] },
      topic: 'x',
      parts: { id: 'p', index: 0 },
    };
    assert.deepEqual(messageFromSnapshot(messageSnapshot(message)), message);
  });

  for (const [what, value] of Object.entries({
    'the HTTP request': undefined,
    'a Buffer': Buffer.from('x'),
    'a nested Buffer': { deep: [Buffer.from('x')] },
    'a date': new Date(),
    'a function': () => 1,
    'a cycle': cyclic,
    'not a number': Number.NaN,
    'a class instance': new Map(),
  })) {
    it(`leaves out ${what}`, () => {
      const message = { payload: 'kept', other: value, req: { headers: {} }, res: {} };
      assert.deepEqual(messageFromSnapshot(messageSnapshot(message)), { payload: 'kept' });
    });
  }

  it('leaves out what does not fit in 64 KB and keeps what comes after', () => {
    const text = messageSnapshot({ big: 'x'.repeat(70_000), small: 1 });
    assert.deepEqual(messageFromSnapshot(text), { small: 1 });
  });

  it('is always JSON of at most 64 KB', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.anything({ withBigInt: true, withDate: true, withMap: true })),
        (message) => {
          const text = messageSnapshot(message);
          assert.ok(text.length <= 64 * 1024);
          messageFromSnapshot(text);
        },
      ),
    );
  });
});
