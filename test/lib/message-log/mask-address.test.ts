import assert from 'node:assert/strict';
import { maskAddress } from '../../../nodes/lib/message-log/mask-address.ts';

describe('maskAddress', () => {
  const cases: [string, string][] = [
    ['ann.miller@example.com', 'a…@example.com'],
    ['a@example.com', 'a…@example.com'],
    ['"a@b"@example.com', '"…@example.com'],
    ['😀smile@example.com', '😀…@example.com'],
    ['@example.com', '…'],
    ['nobody', '…'],
    ['', '…'],
  ];
  for (const [address, masked] of cases)
    it(`shows ${masked} of ${address}`, () => assert.equal(maskAddress(address), masked));
});
