import assert from 'node:assert/strict';
import { idempotencyHeader } from '../../../nodes/lib/api/idempotency-header.ts';
import { assertRefused } from '../../support/assert-refused.ts';

describe('idempotencyHeader', () => {
  const keys: [string, unknown, string | undefined][] = [
    [
      'a string of RFC 8941',
      '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
      '8e03978e-40d5-43dd-bc93-6894a57f9324',
    ],
    ['a string with escapes and spaces', '"order \\"17\\" \\\\"', 'order "17" \\'],
    ['a key without quotes', 'order-17', 'order-17'],
    ['spaces around it', ' order-17 ', 'order-17'],
    ['nothing', undefined, undefined],
    ['an empty header', '', undefined],
  ];
  for (const [what, header, key] of keys) {
    it(`reads ${what}`, () => assert.equal(idempotencyHeader(header), key));
  }

  const refusals: [string, string][] = [
    ['an empty string', '""'],
    ['a quote that does not end', '"order'],
    ['two headers, as Node joins them', '"a", "b"'],
    ['two keys without quotes', 'a, b'],
    ['parameters', '"a";b=1'],
    ['a key of 257 characters', 'a'.repeat(257)],
    ['letters beyond ASCII', '"ördér"'],
    ['another escape', '"a\\n"'],
  ];
  for (const [what, header] of refusals) {
    it(`refuses ${what}`, () =>
      assertRefused(() => idempotencyHeader(header), 'bad-request', 'Idempotency-Key'));
  }
});
