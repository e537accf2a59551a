import assert from 'node:assert/strict';
import { addressHasher } from '../../../nodes/lib/suppression/address-hasher.ts';

const secret = Buffer.alloc(32, 7);
const hasher = addressHasher(secret);

describe('addressHasher', () => {
  it('gives 16 bytes that depend on every byte of the key, and on nothing of the case', () => {
    const { person, spelling } = hasher.hash('Ann@Example.com');
    assert.deepEqual([person.length, spelling], [16, undefined]);
    assert.deepEqual(hasher.hash('ann@example.com').person, person);
    for (const at of [0, 31]) {
      const other = Buffer.from(secret);
      other[at] = 8;
      assert.notDeepEqual(addressHasher(other).hash('ann@example.com').person, person);
      assert.notEqual(addressHasher(other).fingerprint, hasher.fingerprint);
    }
  });

  it('goes on giving what lists are made of', () => {
    assert.equal(hasher.hash('ann@example.com').person.toString('hex'), '3de95260340cdc5b84cc20a0c91c6b70');
  });

  it('gives all spellings of a mailbox one person, and each its own hash where it is not the shared one', () => {
    const shared = hasher.hash('annax@gmail.com');
    assert.equal(shared.spelling, undefined);
    for (const address of ['ann.ax@gmail.com', 'annax+x@gmail.com', 'AnnAx@googlemail.com']) {
      const { person, spelling } = hasher.hash(address);
      assert.deepEqual(person, shared.person, address);
      assert.notDeepEqual(spelling, person);
      assert.equal(spelling?.length, 16);
    }
  });

  it('looks an address up with its domain, and a domain alone', () => {
    const [own, domain] = hasher.lookups('ann@googlemail.com');
    assert.deepEqual(own, hasher.hash('ann@googlemail.com'));
    assert.deepEqual(domain, hasher.hash('@googlemail.com'));
    assert.deepEqual(domain?.person, hasher.hash('@gmail.com').person);
    assert.equal(hasher.lookups('@googlemail.com').length, 1);
  });
});
