import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { mailTag, openMailTag } from '../../../nodes/lib/keys/mail-tag.ts';
import { copyId } from '../../../nodes/lib/outbound/copy-id.ts';
import { mailingLimit } from '../../../nodes/lib/outbound/mailings.ts';
import { fixedKeys } from '../../support/fixed-keys.ts';

describe('copyId', () => {
  const place = fc.nat(mailingLimit);

  it('is another for each place, and for each request', () => {
    fc.assert(
      fc.property(place, place, (one, other) => {
        const [first, second] = [randomUUID(), randomUUID()];
        assert.equal(copyId(first, one) === copyId(first, other), one === other);
        assert.notEqual(copyId(first, one), copyId(second, one));
      }),
    );
  });

  it('is an id like any other, so that its mail can have a return address of its own', () => {
    const keys = fixedKeys();
    fc.assert(
      fc.property(place, (one) => {
        const id = copyId(randomUUID(), one);
        assert.equal(openMailTag(String(mailTag(id, keys)), keys), id);
      }),
    );
  });
});
