import assert from 'node:assert/strict';
import { issueNonce, type NonceScope, nonceTime } from '../../../nodes/lib/unsubscribe/undo-nonce.ts';
import { fixedKeys } from '../../support/fixed-keys.ts';

const keys = fixedKeys('key1');
const now = Date.UTC(2026, 0, 5, 12);
const scope: NonceScope = { action: 'leave', token: 'T', lists: ['news', 'offers'] };

describe('a page nonce', () => {
  it('tells when it was issued, to the second', () => {
    assert.equal(nonceTime(issueNonce(scope, now + 700, keys), scope, keys), now);
  });

  it('is worth nothing for another action, token or choice', () => {
    const nonce = issueNonce(scope, now, keys);
    for (const other of [
      { ...scope, action: 'undo' as const },
      { ...scope, token: 'U' },
      { ...scope, lists: ['offers', 'news'] },
      { ...scope, lists: ['news'] },
      { ...scope, lists: ['news,offers'] },
    ]) {
      assert.equal(nonceTime(nonce, other, keys), undefined);
    }
  });

  it('is worth nothing with another time, key or signature', () => {
    const nonce = issueNonce(scope, now, keys);
    const [id = '', time = '', mac = ''] = nonce.split('.');
    const later = (Number.parseInt(time, 36) + 1).toString(36);
    const wrongs = [
      `${id}.${later}.${mac}`,
      `key2.${time}.${mac}`,
      `${id}.${time}.${mac.replace(/^./, (char) => (char === 'A' ? 'B' : 'A'))}`,
      `${id}.${time}.${mac.slice(1)}`,
      `${id}.${time}`,
      '',
      '..',
      'x'.repeat(1000),
    ];
    for (const wrong of wrongs) assert.equal(nonceTime(wrong, scope, keys), undefined, wrong);
  });

  it('of a retired key still counts', () => {
    assert.equal(nonceTime(issueNonce(scope, now, keys), scope, fixedKeys('key2', 'key1')), now);
  });
});
