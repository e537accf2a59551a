import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isSealed, rowSeal, sealOverhead } from '../../../nodes/lib/keys/row-seal.ts';
import { fixedKeys } from '../../support/fixed-keys.ts';

const place = 'app1';
const seal = rowSeal(fixedKeys('key1'), place);
const plain = Buffer.from('what was said to ann@example.com');
const unreadable = { code: 'row-unreadable' };

describe('rowSeal', () => {
  it('opens what it sealed, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const sealed = seal.seal(bytes);
        assert.equal(sealed.length, bytes.length + sealOverhead);
        assert.ok(isSealed(sealed));
        assert.deepEqual(seal.open(sealed), Buffer.from(bytes));
      }),
    );
  });

  it('opens bytes that lie somewhere in others', () => {
    const sealed = Buffer.concat([Buffer.alloc(7), seal.seal(plain), Buffer.alloc(3)]);
    assert.deepEqual(seal.open(new Uint8Array(sealed.subarray(7, -3))), plain);
    assert.deepEqual(seal.open(sealed.subarray(7, -3)), plain);
  });

  it('never makes the same bytes twice, nor uses a nonce again', () => {
    const nonces = Array.from({ length: 1000 }, () => Buffer.from(seal.seal(plain)).toString('hex', 5, 17));
    assert.equal(new Set(nonces).size, nonces.length);
  });

  it('opens nothing that was changed, in any byte, or cut off', () => {
    const sealed = Buffer.from(seal.seal(plain));
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = sealed.with(at, sealed.readUInt8(at) ^ 1);
      assert.throws(() => seal.open(changed), unreadable, `byte ${at}`);
      assert.throws(() => seal.open(sealed.subarray(0, at)), unreadable, `${at} bytes`);
    }
  });

  it('opens with a retired key, and not at another place or with other keys', () => {
    const sealed = seal.seal(plain);
    assert.deepEqual(rowSeal(fixedKeys('key2', 'key1'), place).open(sealed), plain);
    assert.throws(() => rowSeal(fixedKeys('key1'), 'app2').open(sealed), unreadable);
    assert.throws(() => rowSeal(fixedKeys('key2'), place).open(sealed), unreadable);
    const { current } = fixedKeys('key1');
    const otherSecret = { id: 'key1', secret: Buffer.alloc(32, 1) };
    const others = { current, find: () => otherSecret };
    assert.throws(() => rowSeal(others, place).open(sealed), unreadable);
  });

  it('shows neither the words nor the key when it does not open', () => {
    assert.throws(
      () => rowSeal(fixedKeys('key2'), place).open(seal.seal(plain)),
      (error: Error) => !/ann@|key1|[0-9a-f]{16}/.test(error.message),
    );
  });
});
