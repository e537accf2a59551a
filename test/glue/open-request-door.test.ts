import assert from 'node:assert/strict';
import type { Node, NodeAPI } from 'node-red';
import { openRequestDoor } from '../../nodes/glue/open-request-door.ts';
import { assertRefused } from '../support/assert-refused.ts';

const key = 'shop-key-0123456789';
const RED = {
  util: { getSetting: (_node: Node, name: string) => (name === 'SHOP_KEY' ? key : undefined) },
} as unknown as NodeAPI;
const asking = { mode: 'request', callersNeedKey: true, apiKeys: [{ name: 'shop', variable: 'SHOP_KEY' }] };
const door = (config: object) => openRequestDoor(RED, {} as Node, { ...config });
const mail = (count: number) => () => ({ to: Array.from({ length: count }, () => 'a@example.net') });

describe('openRequestDoor', () => {
  it('is not there unless callers need a key, and in no other mode', () => {
    for (const change of [{ callersNeedKey: undefined }, { callersNeedKey: false }, { mode: 'message' }]) {
      assert.equal(door({ ...asking, ...change }), undefined);
    }
  });

  it('takes the key in the header “key”, another header or as a bearer', () => {
    const ways: [object, object][] = [
      [{}, { key }],
      [{ apiKeyPlace: 'header', apiKeyHeader: '' }, { key }],
      [{ apiKeyPlace: 'header', apiKeyHeader: 'X-Api-Key' }, { 'x-api-key': key }],
      [{ apiKeyPlace: 'bearer', apiKeyHeader: 'key' }, { authorization: `Bearer ${key}` }],
    ];
    for (const [config, headers] of ways) {
      assert.equal(door({ ...asking, ...config })?.enter(headers, mail(1)).caller, 'shop');
    }
  });

  it('counts destinations where a rate is set, and only there', async () => {
    const enter = (config: object) => {
      const opened = door({ ...asking, ...config });
      return () => [1, 2, 3].map(() => opened?.enter({ key }, mail(1)));
    };
    await assertRefused(enter({ apiRate: '2' }), 'too-many-requests');
    assert.equal(enter({ apiRate: '' })().length, 3);
  });

  const wrong: [string, object, string][] = [
    ['no callers', { apiKeys: [] }, 'apiKeys'],
    ['a variable that is not set', { apiKeys: [{ name: 'crm', variable: 'CRM' }] }, 'apiKeys[0].variable'],
    ['a header that is none', { apiKeyHeader: 'the key' }, 'apiKeyHeader'],
    ['a rate of 0', { apiRate: '0' }, 'apiRate'],
    ['a rate that is no number', { apiRate: 'fast' }, 'apiRate'],
    ['half a destination', { apiRate: '0.5' }, 'apiRate'],
  ];
  for (const [what, change, field] of wrong) {
    it(`refuses ${what}`, () => assertRefused(() => door({ ...asking, ...change }), 'bad-settings', field));
  }
});
