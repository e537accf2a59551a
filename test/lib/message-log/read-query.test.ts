import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { readLimit, readQuery } from '../../../nodes/lib/message-log/read-query.ts';

describe('readQuery', () => {
  it('reads what a browser sends', () => {
    const given = {
      recipient: ' Ann@Example.net ',
      id: '<a@b>',
      subject: 'Größe',
      states: 'sent,failed,sent',
      from: '2026-01-31T12:00:00Z',
      to: '1769860800001',
      limit: '7',
      after: '1-2-3-4',
    };
    assert.deepEqual(readQuery(given), {
      ...{ recipient: 'Ann@example.net', id: '<a@b>', subject: 'Größe', states: ['sent', 'failed'] },
      ...{ from: 1_769_860_800_000, to: 1_769_860_800_001, limit: 7, after: '1-2-3-4' },
    });
  });

  it('reads what a script sends as JSON', () => {
    assert.deepEqual(readQuery({ states: ['sent'], from: 5, limit: 3 }), {
      states: ['sent'],
      from: 5,
      limit: 3,
    });
  });

  it('takes what is empty for what was not given', () => {
    const empty = { recipient: '', id: ' ', subject: null, states: '', from: undefined };
    assert.deepEqual(readQuery(empty), { limit: 50 });
  });

  const refused: [string, object][] = [
    ['recipient', { recipient: 'ann' }],
    ['recipient', { recipient: 'a@b.example, c@d.example' }],
    ['id', { id: 'a\r\nb' }],
    ['id', { id: ['a', 'b'] }],
    ['states', { states: 'sent,' }],
    ['states', { states: 'toString' }],
    ['from', { from: '2026-01-31' }],
    ['from', { from: '-5' }],
    ['to', { to: '1e300' }],
    ['limit', { limit: 201 }],
    ['limit', { limit: 1.5 }],
    ['toString', { toString: 'x' }],
  ];
  for (const [field, given] of refused)
    it(`refuses ${JSON.stringify(given)}`, () => {
      assert.throws(
        () => readQuery(given),
        ({ code, field: named }: EmailError) => code === 'bad-query' && named === field,
      );
    });

  it('reads or refuses whatever comes, by its code', () => {
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.array(fc.string()),
      fc.dictionary(fc.string(), fc.string()),
    );
    const names = ['recipient', 'id', 'subject', 'states', 'from', 'to', 'limit', 'after', '__proto__'];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), value), (given) => {
        try {
          const { limit } = readQuery(given);
          assert.ok(limit >= 1 && limit <= 200);
        } catch (thrown) {
          assert.ok(thrown instanceof EmailError && thrown.code === 'bad-query');
        }
      }),
    );
  });

  it('reads how many rows are wanted', () => {
    assert.deepEqual([readLimit(undefined), readLimit('7')], [100, 7]);
    assert.throws(() => readLimit('1001'));
  });
});
