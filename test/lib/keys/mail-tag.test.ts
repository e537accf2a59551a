import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mailTag, openMailTag } from '../../../nodes/lib/keys/mail-tag.ts';
import { fixedKeys } from '../../support/fixed-keys.ts';

const emailId = '0b9de4a8-53c0-4f3a-9f2e-1d2c3b4a5f60';
const tag = String(mailTag(emailId, fixedKeys()));

describe('mailTag', () => {
  it('gives the id back, also in other letters, with retired keys, and to nobody else', () => {
    assert.match(tag, /^[a-z0-9]{45}$/);
    assert.equal(openMailTag(tag, fixedKeys()), emailId);
    assert.equal(openMailTag(tag.toUpperCase(), fixedKeys()), emailId);
    assert.equal(openMailTag(tag, fixedKeys('key2', 'key1')), emailId);
    assert.equal(openMailTag(tag, fixedKeys('key2')), undefined);
  });

  it('makes none of an id that is no UUID', () => assert.equal(mailTag('p1', fixedKeys()), undefined));

  it('opens for every UUID', () =>
    fc.assert(
      fc.property(fc.uuid(), (id) => openMailTag(String(mailTag(id, fixedKeys())), fixedKeys()) === id),
    ));

  it('is not to be guessed: no other letter at any place opens it (T32)', () => {
    for (let at = 0; at < tag.length; at++) {
      const other = tag[at] === 'a' ? 'b' : 'a';
      assert.equal(openMailTag(tag.slice(0, at) + other + tag.slice(at + 1), fixedKeys()), undefined);
    }
  });

  it('opens nothing that it did not make', () =>
    fc.assert(fc.property(fc.string(), (text) => openMailTag(text, fixedKeys()) === undefined)));
});
