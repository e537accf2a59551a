import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type ConfirmationClaims,
  mostTopics,
  openConfirmation,
  sealConfirmation,
} from '../../../nodes/lib/resubscribe/confirmation-token.ts';
import { openToken, sealToken } from '../../../nodes/lib/unsubscribe/unsubscribe-token.ts';
import { fixedKeys } from '../../support/fixed-keys.ts';

const keys = fixedKeys('key1');
const claims: ConfirmationClaims = {
  appId: 'app00001',
  address: 'ann@example.com',
  topics: ['news', undefined],
  issuedAt: 1_767_614_400_123,
};

describe('a confirmation token', () => {
  it('gives back what was sealed', () => {
    const letters = 'abcXYZ019_.-'.split('');
    const topic = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 64 });
    const anyClaims = fc.record(
      {
        appId: fc.constant('app00001'),
        address: fc.emailAddress(),
        topics: fc.array(fc.option(topic, { nil: undefined }), { maxLength: mostTopics }),
        issuedAt: fc.maxSafeNat(),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(anyClaims, (sealed) => {
        assert.deepEqual(openConfirmation(sealConfirmation(sealed, keys), keys, 'app00001'), sealed);
      }),
    );
  });

  it('opens with the longest address and as many of the longest topics as there may be', () => {
    const address = `${'l'.repeat(64)}@${'d'.repeat(186)}.de`;
    const topics = Array.from({ length: mostTopics }, (_, place) => String(place).padStart(64, 't'));
    const token = sealConfirmation({ ...claims, address, topics }, keys);
    assert.deepEqual(openConfirmation(token, keys, 'app00001'), { ...claims, address, topics });
  });

  it('is of this app only, and opens with a retired key', () => {
    const token = sealConfirmation(claims, keys);
    assert.equal(openConfirmation(token, keys, 'app00002'), undefined);
    assert.equal(openConfirmation(token, fixedKeys('key2'), 'app00001'), undefined);
    assert.deepEqual(openConfirmation(token, fixedKeys('key2', 'key1'), 'app00001'), claims);
  });

  it('is no token to unsubscribe with, and none of those confirms', () => {
    const link = sealToken({ appId: 'app00001', address: 'ann@example.com', emailId: 'mail-1' }, keys);
    assert.equal(openToken(sealConfirmation(claims, keys), keys, 'app00001'), undefined);
    assert.equal(openConfirmation(link, keys, 'app00001'), undefined);
  });

  it('does not open after any change, and is refused without a throw', () => {
    const token = sealConfirmation(claims, keys);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=. %+/';
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...alphabet), (at, char) => {
        fc.pre(token[at] !== char);
        const changed = token.slice(0, at) + char + token.slice(at + 1);
        assert.equal(openConfirmation(changed, keys, 'app00001'), undefined);
      }),
      { numRuns: 1000 },
    );
    const odd = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 1000 }),
      fc
        .uint8Array({ maxLength: 200 })
        .map((bytes) => Buffer.concat([Uint8Array.of(2), Buffer.from('key1'), bytes]).toString('base64url')),
    );
    fc.assert(fc.property(odd, (text) => assert.equal(openConfirmation(text, keys, 'app00001'), undefined)));
  });
});
