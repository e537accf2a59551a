import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readOwnDkimKey } from '../../../../nodes/lib/setup/identity/own-dkim-key.ts';
import { assertRefused } from '../../../support/assert-refused.ts';

const pemOf = (bits: number, type: 'pkcs1' | 'pkcs8' = 'pkcs8') =>
  generateKeyPairSync('rsa', { modulusLength: bits }).privateKey.export({ type, format: 'pem' }).toString();

describe('readOwnDkimKey', () => {
  for (const type of ['pkcs1', 'pkcs8'] as const) {
    it(`takes both halves from ${type}`, () => {
      const pem = pemOf(1024, type);
      const { selector, privateKey, publicKey } = readOwnDkimKey('S1', pem);
      assert.equal(selector, 's1');
      assert.match(privateKey, /^[A-Za-z0-9+/]+=*$/);
      const expected = createPublicKey(pem).export({ type: 'spki', format: 'der' }).toString('base64');
      assert.equal(publicKey, expected);
    });
  }

  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const cases: readonly (readonly [string, string, string, string])[] = [
    ['a key too short', 's', pemOf(768), 'dkimKey'],
    ['a key too long for SES', 's', pemOf(2304), 'dkimKey'],
    ['an elliptic key', 's', ec.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'dkimKey'],
    ['a public key', 's', ec.publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'dkimKey'],
    ['a selector with a dot', 's.t', pemOf(1024), 'dkimSelector'],
    ['a selector that is a path', '../s', pemOf(1024), 'dkimSelector'],
  ];
  for (const [title, selector, pem, field] of cases) {
    it(`refuses ${title}, and quotes nothing of it`, async () => {
      const error = await assertRefused(() => readOwnDkimKey(selector, pem), 'bad-settings', field);
      assert.equal(error.cause, undefined);
      assert.doesNotMatch(JSON.stringify({ ...error, message: error.message }), /BEGIN|MII/);
    });
  }
});
