import assert from 'node:assert/strict';
import fc from 'fast-check';
import { openToken, sealToken, type TokenClaims } from '../../../nodes/lib/unsubscribe/unsubscribe-token.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { fixedKeys } from '../../support/fixed-keys.ts';

const keys = fixedKeys('key1');
const emailId = '0b7f2c1e-5a0d-4c53-9d4e-6f1a2b3c4d5e';
const claims: TokenClaims = { appId: 'app00001', address: 'ann@example.com', listTopic: 'news', emailId };

/** Links in mails that were sent must go on working: these never change. */
const vectors: [token: string, claims: TokenClaims][] = [
  ['AWtleTFI5UiOGhd7obl78N9_CXhfR2PtKYVnlUiKtIAvzDbRpupUS1ERnEuxQI3mDppt5IGMT2E73SM3KulYXihEuRfW', claims],
  [
    'AWtleTF02wDtWCBvbg7-gCEMZniYu-FsM662x9aXavNUMPqnjGAV2nsKHv8uH7c0FCMxXiujXpEB6t0Lyxx4hELQDLdp7A',
    { appId: 'app00001', address: "O'Neil+x@example.com", emailId },
  ],
  [
    'AWtleTGgPJHK9_yo2r93L1BhtuMstBFFmQ64eq1af4YTNGNvnyPe7Uf-I3wVGmhENw',
    { appId: 'app00002', address: 'a@b.co', emailId: 'order 7/1' },
  ],
];

const printable = (maxLength: number) =>
  fc
    .array(fc.integer({ min: 0x20, max: 0x7e }), { minLength: 1, maxLength })
    .map((codes) => String.fromCharCode(...codes));

const anyClaims: fc.Arbitrary<TokenClaims> = fc.record(
  {
    appId: fc.constant('app00001'),
    address: printable(254),
    listTopic: printable(64),
    emailId: fc.oneof(fc.uuid(), printable(40)),
  },
  { requiredKeys: ['appId', 'address', 'emailId'], noNullPrototype: true },
);

describe('an unsubscribe token', () => {
  for (const [token, sealed] of vectors) {
    it(`of ${sealed.address} is what it always was`, () => {
      assert.equal(sealToken(sealed, keys), token);
      assert.deepEqual(openToken(token, keys, sealed.appId), sealed);
    });
  }

  it('gives back what was sealed', () => {
    fc.assert(
      fc.property(anyClaims, (sealed) => {
        assert.deepEqual(openToken(sealToken(sealed, keys), keys, 'app00001'), sealed);
      }),
    );
  });

  it('is letters, digits, - and _ only, and shows nothing of the address', () => {
    const token = sealToken(claims, keys);
    assert.match(token, /^[\w-]+$/);
    assert.doesNotMatch(Buffer.from(token, 'base64url').toString('latin1'), /ann|example|news/);
  });

  it('has at most 400 characters for an address of 254', () => {
    const address = `${'l'.repeat(64)}@${'d'.repeat(186)}.de`;
    assert.equal(address.length, 254);
    assert.ok(sealToken({ appId: 'app00001', address, emailId }, keys).length <= 400);
    assert.ok(
      sealToken({ appId: 'app00001', address, listTopic: 't'.repeat(24), emailId }, keys).length <= 400,
    );
    const longest = sealToken({ appId: 'app00001', address, listTopic: 't'.repeat(64), emailId }, keys);
    assert.ok(longest.length <= 450, `${longest.length}`);
  });

  it('differs for another mail, list and recipient', () => {
    const others = [
      claims,
      { ...claims, emailId: '1b7f2c1e-5a0d-4c53-9d4e-6f1a2b3c4d5e' },
      { ...claims, listTopic: undefined },
      { ...claims, address: 'bob@example.com' },
      { ...claims, appId: 'app00002' },
    ].map((other) => sealToken(other, keys).slice(7));
    assert.equal(new Set(others.map((token) => token.slice(0, 16))).size, others.length);
  });

  it('of another app does not open', () => {
    assert.equal(openToken(sealToken(claims, keys), keys, 'app00002'), undefined);
  });

  it('opens with a retired key, not with one that the ring does not have', () => {
    const token = sealToken(claims, keys);
    assert.deepEqual(openToken(token, fixedKeys('key2', 'key1'), 'app00001'), claims);
    assert.equal(openToken(token, fixedKeys('key2'), 'app00001'), undefined);
  });

  it('does not open after any change', () => {
    const token = sealToken(claims, keys);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=. %+/';
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...alphabet), (at, char) => {
        fc.pre(token[at] !== char);
        const changed = token.slice(0, at) + char + token.slice(at + 1);
        assert.equal(openToken(changed, keys, 'app00001'), undefined);
      }),
      { numRuns: 2000 },
    );
  });

  it('does not open when it is cut off, prolonged or doubled', () => {
    const token = sealToken(claims, keys);
    for (let length = 0; length < token.length; length += 1) {
      assert.equal(openToken(token.slice(0, length), keys, 'app00001'), undefined, `${length}`);
    }
    for (const wrong of [`${token}A`, `${token}==`, ` ${token}`, `${token}\n`, token + token]) {
      assert.equal(openToken(wrong, keys, 'app00001'), undefined);
    }
  });

  it('is refused without a throw, whatever it is', () => {
    const odd = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 1000 }),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => {
        return Buffer.concat([Uint8Array.of(1), Buffer.from('key1'), bytes]).toString('base64url');
      }),
    );
    fc.assert(
      fc.property(odd, (token) => {
        assert.equal(openToken(token, keys, 'app00001'), undefined);
      }),
    );
  });

  it('is not made for what is not ASCII', async () => {
    await assertRefused(
      () => sealToken({ ...claims, address: 'ä@example.com' }, keys),
      'unsafe-characters',
      'address',
    );
  });
});
