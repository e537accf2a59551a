import assert from 'node:assert/strict';
import { callerOf, readApiKeys } from '../../../nodes/lib/api/api-keys.ts';
import { assertRefused } from '../../support/assert-refused.ts';

const environment: Readonly<Record<string, string>> = {
  SHOP_KEY: 'shop-key-0123456789',
  SHOP_KEY_BEFORE: 'shop-key-of-last-year',
  CRM_KEY: 'crm-key-0123456789',
  SHORT: 'fifteen-letters',
  SPACED: 'a key with spaces in it',
  EMPTY: '',
};
const read = (rows: unknown) => readApiKeys(rows, (variable) => environment[variable]);
const rows = [
  { name: 'shop', variable: 'SHOP_KEY' },
  { name: 'shop', variable: 'SHOP_KEY_BEFORE' },
  { name: 'crm', variable: 'CRM_KEY' },
];

describe('callerOf', () => {
  it('names whose key it is, the old one of a caller, too', () => {
    const keys = read(rows);
    const callers = Object.values(environment).map((key) => callerOf(key, keys));
    assert.deepEqual(callers, ['shop', 'shop', 'crm', undefined, undefined, undefined]);
  });

  it('names nobody for a key that is almost one', () => {
    const keys = read(rows);
    for (const key of [
      'shop-key-012345678',
      'shop-key-01234567890',
      'Shop-key-0123456789',
      ' crm-key-0123456789',
    ]) {
      assert.equal(callerOf(key, keys), undefined, key);
    }
  });
});

describe('readApiKeys', () => {
  it('keeps no key itself', () => {
    assert.ok(!JSON.stringify(read(rows)).includes('0123456789'));
  });

  const refusals: [string, unknown, string][] = [
    ['no rows', undefined, 'apiKeys'],
    ['an empty table', [], 'apiKeys'],
    ['a row that is none', ['shop'], 'apiKeys[0].name'],
    ['a caller without a name', [{ name: '', variable: 'CRM_KEY' }], 'apiKeys[0].name'],
    ['a name with a line break', [{ name: 'a\nb', variable: 'CRM_KEY' }], 'apiKeys[0].name'],
    ['a row without a variable', [...rows, { name: 'erp' }], 'apiKeys[3].variable'],
    ['a variable that is not there', [{ name: 'erp', variable: 'ERP_KEY' }], 'apiKeys[0].variable'],
    ['a variable that is empty', [{ name: 'erp', variable: 'EMPTY' }], 'apiKeys[0].variable'],
    ['a key that is short', [{ name: 'erp', variable: 'SHORT' }], 'apiKeys[0].variable'],
    ['a key with spaces', [{ name: 'erp', variable: 'SPACED' }], 'apiKeys[0].variable'],
  ];
  for (const [what, given, field] of refusals) {
    it(`refuses ${what}, without showing a key`, async () => {
      const error = await assertRefused(async () => read(given), 'bad-settings', field);
      assert.ok(!/fifteen|spaces in it/.test(error.message));
    });
  }
});
