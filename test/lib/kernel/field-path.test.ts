import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { inCallersWords, memberPath } from '../../../nodes/lib/kernel/field-path.ts';

describe('memberPath', () => {
  it('writes paths as people do', () => {
    assert.equal(memberPath('to[0]', 'name'), 'to[0].name');
    assert.equal(memberPath('', 'name'), 'name');
    assert.equal(memberPath('headers', 'X Order'), 'headers["X Order"]');
  });

  it('is short and printable whatever the key', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (key) => {
        assert.match(memberPath('a', key), /^a[ -~]{1,400}$/);
      }),
    ));
});

describe('inCallersWords', () => {
  it('renames the field and keeps the rest', () => {
    const detail = { value: 'x', why: 'y' };
    const renamed = inCallersWords(
      new EmailError('bad-address', { field: 'to', detail }),
      (field) => `a.${field}`,
    );
    assert(renamed instanceof EmailError);
    assert.deepEqual([renamed.code, renamed.field, renamed.detail], ['bad-address', 'a.to', detail]);
    assert.match(renamed.message, /in “a\.to” is/);
  });

  it('leaves everything else alone', () => {
    const other = new Error('x');
    const general = new EmailError('app-closed');
    assert.equal(
      inCallersWords(other, () => 'a'),
      other,
    );
    assert.equal(
      inCallersWords(general, () => 'a'),
      general,
    );
  });
});
