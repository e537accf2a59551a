import assert from 'node:assert/strict';
import vm from 'node:vm';
import fc from 'fast-check';
import {
  readHeaderFields,
  readHeaderName,
  readHeaderValue,
  readLine,
} from '../../../nodes/lib/mail/header-field.ts';
import { assertRefused } from '../../support/assert-refused.ts';

const breaks = [
  'a\r\nBcc: z@z.com',
  'a\nb',
  'a\rb',
  'a\0b',
  'a\tb',
  'a\u0085b',
  'a\u2028b',
  'a\u001bb',
  'a\ud800b',
];

describe('readHeaderName', () => {
  it('takes printable ASCII', () => {
    for (const name of ['X-Campaign', 'x_1', '!~', 'X'.repeat(76)])
      assert.equal(readHeaderName(name, 'headers'), name);
  });

  for (const name of ['', 'X Y', 'X:', 'Bad\r\nName', 'X-Ä', 'X\t', '\x7f', 'X'.repeat(77)]) {
    it(`refuses ${JSON.stringify(name)}`, () =>
      assertRefused(() => readHeaderName(name, 'headers'), 'bad-header-name', 'headers'));
  }
});

describe('readHeaderValue', () => {
  it('takes text beyond ASCII as it is', () =>
    assert.equal(readHeaderValue('Größe: 3 €', 'headers'), 'Größe: 3 €'));

  for (const value of breaks) {
    it(`refuses ${JSON.stringify(value)}`, () =>
      assertRefused(() => readHeaderValue(value, 'h'), 'unsafe-characters', 'h'));
  }

  it('counts bytes', async () => {
    assert.equal(readHeaderValue('ü'.repeat(4096), 'h').length, 4096);
    await assertRefused(() => readHeaderValue('ü'.repeat(4097), 'h'), 'bad-header-value', 'h');
  });

  it('never gives a line break back', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.tuple(fc.string(), fc.constantFrom('\r', '\n', '\0'), fc.string()).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(hostile, (value) => {
        try {
          assert.doesNotMatch(readHeaderValue(value, 'h'), /[\r\n\0]/);
        } catch (thrown) {
          assert.equal((thrown as { code?: string }).code, 'unsafe-characters');
          assert.match(value, /[\p{Cc}\p{Cs}\u2028\u2029]/u);
        }
      }),
    );
  });
});

describe('readHeaderFields', () => {
  it('reads names and values, numbers and lists', () => {
    assert.deepEqual(readHeaderFields({ 'X-A': 'b', 'X-N': 7, 'X-L': ['c', 8] }, 'headers'), [
      { name: 'X-A', value: 'b' },
      { name: 'X-N', value: '7' },
      { name: 'X-L', value: 'c' },
      { name: 'X-L', value: '8' },
    ]);
  });

  it('reads a record without prototype and one made in a function node', () => {
    const records = [
      Object.assign(Object.create(null), { 'X-A': 'b' }),
      vm.runInNewContext("({ 'X-A': 'b' })"),
    ];
    for (const record of records)
      assert.deepEqual(readHeaderFields(record, 'headers'), [{ name: 'X-A', value: 'b' }]);
  });

  it('reads own properties only', () => {
    assert.deepEqual(
      readHeaderFields(Object.create(Object.assign(Object.create(null), { 'X-A': 'inherited' })), 'headers')
        .length,
      0,
    );
  });

  const reserved = [
    ...[
      'From',
      'To',
      'Cc',
      'BCC',
      'subject',
      'Date',
      'Message-ID',
      'MIME-Version',
      'Content-Type',
      'content-x',
    ],
    ...['DKIM-Signature', 'Received', 'Return-Path', 'Sender', 'Reply-To', 'In-Reply-To', 'References'],
    ...['List-Unsubscribe', 'LIST-UNSUBSCRIBE-POST', 'Auto-Submitted', 'Authentication-Results'],
    ...['ARC-Seal', 'Resent-To', 'X-SES-CONFIGURATION-SET'],
  ];
  for (const name of reserved) {
    it(`refuses ${name}`, async () => {
      const error = await assertRefused(
        () => readHeaderFields({ [name]: 'x' }, 'headers'),
        'reserved-header',
        'headers',
      );
      assert.equal(error.detail.value, name);
    });
  }

  it('takes names that only resemble those', () => {
    for (const name of ['List-Id', 'X-From', 'Content', 'Date-X', 'X-SESSION']) {
      assert.equal(readHeaderFields({ [name]: 'x' }, 'headers').length, 1);
    }
  });

  it('names the field at fault', async () => {
    await assertRefused(
      () => readHeaderFields({ 'X-A': 'a\r\nb' }, 'headers'),
      'unsafe-characters',
      'headers.X-A',
    );
    await assertRefused(
      () => readHeaderFields({ 'X-A': ['a', {}] }, 'headers'),
      'wrong-type',
      'headers.X-A[1]',
    );
    await assertRefused(
      () => readHeaderFields({ 'X-A\r\nBcc': 'z@z.com' }, 'headers'),
      'bad-header-name',
      'headers',
    );
  });

  for (const value of [[], 'X-A: b', 7, null, undefined, new Map(), new Date(0), Buffer.from('x'), () => 1]) {
    it(`refuses ${Object.prototype.toString.call(value)}`, () =>
      assertRefused(() => readHeaderFields(value, 'headers'), 'wrong-type', 'headers'));
  }

  for (const value of [{}, null, undefined, true, Number.NaN, [['a']]]) {
    it(`refuses ${JSON.stringify(value)} as a value`, () =>
      assertRefused(
        () => readHeaderFields({ 'X-A': value }, 'h'),
        'wrong-type',
        Array.isArray(value) ? 'h.X-A[0]' : 'h.X-A',
      ));
  }

  it('takes 50 fields and no more', async () => {
    assert.equal(readHeaderFields({ 'X-A': Array(50).fill('b') }, 'headers').length, 50);
    await assertRefused(
      () => readHeaderFields({ 'X-A': Array(51).fill('b') }, 'headers'),
      'wrong-type',
      'headers',
    );
  });

  it('leaves every prototype as it was when a field is called __proto__', () => {
    const fields = readHeaderFields(JSON.parse('{"__proto__": "x"}'), 'headers');
    assert.deepEqual(fields, [{ name: '__proto__', value: 'x' }]);
    assert.equal(Object.getPrototypeOf(fields[0]), Object.prototype);
  });
});

describe('readLine', () => {
  it('takes text and numbers', () => {
    assert.equal(readLine('Größe', 'subject'), 'Größe');
    assert.equal(readLine(42, 'subject'), '42');
  });

  for (const value of breaks) {
    it(`refuses ${JSON.stringify(value)}`, () =>
      assertRefused(() => readLine(value, 'subject'), 'unsafe-characters', 'subject'));
  }

  for (const value of [undefined, null, {}, ['a'], true, Number.POSITIVE_INFINITY, new String('a')]) {
    it(`refuses ${String(value)}`, () =>
      assertRefused(() => readLine(value, 'subject'), 'wrong-type', 'subject'));
  }

  it('keeps to its limit', async () => {
    assert.equal(readLine('a'.repeat(998), 'subject').length, 998);
    await assertRefused(() => readLine('a'.repeat(999), 'subject'), 'wrong-type', 'subject');
    await assertRefused(() => readLine('abc', 'key', 2), 'wrong-type', 'key');
  });
});
