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

  it('reads no more of a long list than could fit', () => {
    let reads = 0;
    const recipient = Object.defineProperty({}, 'address', {
      enumerable: true,
      get: () => {
        reads += 1;
        return 'joe@example.org';
      },
    });
    const message = { to: Array.from({ length: 100_000 }, () => recipient), small: 1 };
    assert.deepEqual(messageFromSnapshot(messageSnapshot(message)), { small: 1 });
    assert.ok(reads > 0 && reads < 10_000, `${reads}`);
  });

  it('keeps what just fits', () => {
    const message = { list: Array.from({ length: 32_000 }, () => 0), empty: '' };
    assert.deepEqual(messageFromSnapshot(messageSnapshot(message)), message);
    const text = { list: 'x'.repeat(64 * 1024 - 20) };
    assert.deepEqual(messageFromSnapshot(messageSnapshot(text)), text);
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
