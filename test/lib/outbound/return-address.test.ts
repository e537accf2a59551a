import assert from 'node:assert/strict';
import fc from 'fast-check';
import { openReturnAddress, tagReturnAddress } from '../../../nodes/lib/outbound/return-address.ts';
import { fixedKeys } from '../../support/fixed-keys.ts';

const emailId = '0b9de4a8-53c0-4f3a-9f2e-1d2c3b4a5f60';
const tagged = tagReturnAddress('bounces@example.com', emailId, fixedKeys());

describe('tagReturnAddress', () => {
  it('names the mail behind a plus sign', () => {
    assert.match(tagged, /^bounces\+[a-z0-9]{45}@example\.com$/);
    assert.equal(openReturnAddress(tagged, fixedKeys()), emailId);
  });

  it('leaves an address that has no room for it', () => {
    const long = `${'b'.repeat(19)}@example.com`;
    assert.equal(tagReturnAddress(long, emailId, fixedKeys()), long);
    assert.notEqual(tagReturnAddress(long.slice(1), emailId, fixedKeys()), long.slice(1));
  });

  it('is read by its own app only, whatever the servers on its way did to its case', () => {
    const local = fc.stringMatching(/^[a-z0-9][a-z0-9.+_-]{0,17}$/);
    fc.assert(
      fc.property(local, fc.uuid(), fc.array(fc.boolean(), { minLength: 9 }), (name, id, shouts) => {
        const sent = tagReturnAddress(`${name}@example.com`, id, fixedKeys());
        const back = [...sent].map((letter, at) =>
          shouts[at % shouts.length] ? letter.toUpperCase() : letter,
        );
        assert.equal(openReturnAddress(back.join(''), fixedKeys()), id);
        assert.equal(openReturnAddress(back.join(''), fixedKeys('key2')), undefined);
      }),
    );
  });

  for (const address of ['bounces@example.com', 'bounces+x@example.com', '', '+@', tagged.replace('+', '-')])
    it(`reads nothing from “${address.slice(0, 30)}”`, () =>
      assert.equal(openReturnAddress(address, fixedKeys()), undefined));
});
