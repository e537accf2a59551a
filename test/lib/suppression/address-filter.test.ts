import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { AddressFilter } from '../../../nodes/lib/suppression/address-filter.ts';

const hashOf = (text: string) => createHash('sha256').update(text).digest().subarray(0, 16);

describe('AddressFilter', () => {
  it('never says no to what was added, and seldom yes to what was not', () => {
    const filter = AddressFilter.withRoomFor(0);
    const count = filter.capacity;
    for (let n = 0; n < count; n++) filter.add(hashOf(`in ${n}`));
    for (let n = 0; n < count; n += 7) assert.ok(filter.mayHold(hashOf(`in ${n}`)));
    const wrong = Array.from({ length: 50_000 }, (_, n) => filter.mayHold(hashOf(`out ${n}`))).filter(
      Boolean,
    );
    assert.ok(wrong.length < 125, `${wrong.length} of 50,000`);
  });

  it('is seen by whoever reads the same memory', () => {
    const filter = AddressFilter.withRoomFor(0);
    const other = new AddressFilter(filter.buffer);
    assert.equal(other.mayHold(hashOf('a')), false);
    filter.add(hashOf('a'));
    assert.equal(other.mayHold(hashOf('a')), true);
  });

  it('takes 25 MB for 10 million entries, and reaches every part of them', () => {
    const filter = AddressFilter.withRoomFor(10_000_000);
    assert.ok(filter.buffer.byteLength <= 25_000_000);
    assert.ok(filter.capacity >= 10_000_000);
    for (const edge of [0x00, 0xff]) {
      const hash = Buffer.alloc(16, edge);
      assert.equal(filter.mayHold(hash), false);
      filter.add(hash);
      assert.equal(filter.mayHold(hash), true);
    }
  });
});
