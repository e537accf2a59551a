import assert from 'node:assert/strict';
import vm from 'node:vm';
import fc from 'fast-check';
import { readValues } from '../../../nodes/lib/template/read-values.ts';
import { assertRefused } from '../../support/assert-refused.ts';

const field = 'substitutions';

function nested(depth: number): unknown {
  return depth === 0 ? 'x' : { a: nested(depth - 1) };
}

const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;

describe('readValues', () => {
  it('copies texts, numbers, booleans, lists and records', () => {
    const given = { a: 'text', b: 1.5, c: false, d: [1, ['x'], { e: 'f' }], g: { h: { i: '' } } };
    assert.equal(JSON.stringify(readValues(given, field)), JSON.stringify(given));
  });

  it('keeps what is missing as null, so that it hides no value of the same name', () => {
    assert.equal(
      JSON.stringify(readValues({ a: null, b: undefined, c: [null] }, field)),
      '{"a":null,"b":null,"c":[null]}',
    );
  });

  it('does not follow later changes of what it was given', () => {
    const given = { items: [{ price: 1 }] };
    const values = readValues(given, field);
    given.items[0]!.price = 2;
    given.items.push({ price: 3 });
    assert.equal(JSON.stringify(values), '{"items":[{"price":1}]}');
  });

  it('gives every record no prototype', () => {
    const values = readValues({ a: { b: {} }, c: [{}] }, field) as { a: { b: object }; c: object[] };
    for (const record of [values, values.a, values.a.b, values.c[0]])
      assert.equal(Object.getPrototypeOf(record), null);
  });

  it('takes records made in a function node, and those without prototype', () => {
    const made = [
      vm.runInNewContext("({ a: [{ b: 'c' }] })"),
      Object.assign(Object.create(null), { a: [{ b: 'c' }] }),
    ];
    for (const value of made) assert.equal(JSON.stringify(readValues(value, field)), '{"a":[{"b":"c"}]}');
  });

  const refused: [what: string, value: unknown, path: string][] = [
    ['a text', 'a', 'substitutions'],
    ['a list', [], 'substitutions'],
    ['nothing', undefined, 'substitutions'],
    ['a Map', new Map(), 'substitutions'],
    ['a function', { a: () => 'x' }, 'substitutions.a'],
    [
      'a function in a list in a record',
      { items: [1, 2, { price: () => 1 }] },
      'substitutions.items[2].price',
    ],
    ['a date', { a: { b: new Date(0) } }, 'substitutions.a.b'],
    ['a Buffer', { a: Buffer.from('x') }, 'substitutions.a'],
    ['a symbol', { a: Symbol('x') }, 'substitutions.a'],
    ['a bigint', { a: 1n }, 'substitutions.a'],
    ['not a number', { a: Number.NaN }, 'substitutions.a'],
    ['infinity', { a: [Number.NEGATIVE_INFINITY] }, 'substitutions.a[0]'],
    ['a boxed text', { a: new String('x') }, 'substitutions.a'],
    ['a cycle', cyclic, 'substitutions.self.self.self.self.self.self.self.self'],
    ['what is nested 9 deep', nested(9), 'substitutions.a.a.a.a.a.a.a.a'],
    ['a text over 100 K', { a: 'x'.repeat(102_401) }, 'substitutions.a'],
    [
      '1,001 values',
      Object.fromEntries(Array.from({ length: 1001 }, (_one, index) => [`k${index}`, 1])),
      'substitutions.k1000',
    ],
    ['a long list', { a: Array(1001).fill(1) }, 'substitutions.a'],
    ['a list of nothing but length', { a: new Array(4_000_000_000) }, 'substitutions.a'],
    ['1,001 values in many lists', { a: Array(10).fill(Array(100).fill(1)) }, 'substitutions.a[9]'],
    ['the key __proto__', JSON.parse('{"__proto__": {"polluted": true}}'), 'substitutions.__proto__'],
    [
      'the key __proto__ further down',
      JSON.parse('{"a": [{"__proto__": 1}]}'),
      'substitutions.a[0].__proto__',
    ],
    ['the key constructor', { constructor: 'x' }, 'substitutions.constructor'],
    ['the key prototype', { a: { prototype: 'x' } }, 'substitutions.a.prototype'],
  ];
  for (const [what, value, path] of refused) {
    it(`refuses ${what}`, () => assertRefused(() => readValues(value, field), 'wrong-type', path));
  }

  it('takes 8 levels, 1,000 values and 100 K characters', () => {
    readValues(nested(8), field);
    readValues({ a: Array(999).fill(1) }, field);
    readValues({ a: 'x'.repeat(102_400) }, field);
  });

  it('gives only what JSON can hold, and pollutes nothing', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.anything({ withDate: true, withMap: true, withNullPrototype: true })),
        (given) => {
          const before = Object.getOwnPropertyNames(Object.prototype).length;
          try {
            const values = readValues(given, field);
            assert.equal(JSON.stringify(JSON.parse(JSON.stringify(values))), JSON.stringify(values));
          } catch (thrown) {
            assert.equal((thrown as { code?: string }).code, 'wrong-type');
          }
          assert.equal(Object.getOwnPropertyNames(Object.prototype).length, before);
        },
      ),
    );
  });
});
