import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SeenAddresses } from '../../../nodes/lib/app/seen-addresses.ts';

describe('SeenAddresses', () => {
  const newcomers = (list: readonly string[]): string[] => {
    const seen = new SeenAddresses(list.length, (place) => String(list[place]));
    return list.filter((address, place) => seen.add(address, place));
  };

  it('tells newcomers as a Set does', () => {
    const few = fc.stringMatching(/^[ab]{1,4}$/);
    fc.assert(
      fc.property(fc.array(fc.oneof(few, fc.string())), (list) => {
        assert.deepEqual(newcomers(list), [...new Set(list)]);
      }),
    );
  });

  it('does not take two addresses of one hash for one', () => {
    // FNV-1a of 32 bits, found by search
    const pair = ['costarring@a.example', 'liquid@a.example'];
    assert.deepEqual(newcomers(['costarring', 'liquid', 'liquid', 'costarring']), ['costarring', 'liquid']);
    assert.deepEqual(newcomers(pair), pair);
  });

  it('has room for all that it was told of', () => {
    const list = Array.from({ length: 4096 }, (_, index) => `${index}@a.example`);
    assert.equal(newcomers([...list, ...list].slice(0, 4096)).length, 4096);
  });
});
