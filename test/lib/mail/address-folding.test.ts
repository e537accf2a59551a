import assert from 'node:assert/strict';
import fc from 'fast-check';
import { addressKey } from '../../../nodes/lib/mail/address.ts';
import { foldAddress } from '../../../nodes/lib/mail/address-folding.ts';

describe('foldAddress', () => {
  const folded: [string, string][] = [
    ['a.b+tag@gmail.com', 'ab@gmail.com'],
    ['ab@googlemail.com', 'ab@gmail.com'],
    ['a.b+c+d@googlemail.com', 'ab@gmail.com'],
    ['a.b+@gmail.com', 'ab@gmail.com'],
    ['a.b+tag@outlook.com', 'a.b@outlook.com'],
    ['a+tag@hotmail.com', 'a@hotmail.com'],
    ['a+tag@live.com', 'a@live.com'],
    ['a+tag@msn.com', 'a@msn.com'],
    ['a.b+tag@icloud.com', 'a.b@icloud.com'],
    ['a+tag@me.com', 'a@me.com'],
    ['a+tag@fastmail.com', 'a@fastmail.com'],
    ['a-b+tag@proton.me', 'a-b@proton.me'],
    ['a+tag@yandex.ru', 'a@yandex.ru'],
    ['@googlemail.com', '@gmail.com'],
  ];
  for (const [key, fold] of folded) {
    it(`takes ${key} for ${fold}`, () => assert.equal(foldAddress(key), fold));
  }

  const kept = [
    'a.b+tag@example.com',
    'a.b@outlook.com',
    'a-b@yahoo.com',
    'a+b@yahoo.com',
    'a.b+c@mail.gmail.com',
    'a.b+c@gmail.com.example',
    '+tag@gmail.com',
    '@gmail.com',
    '@example.com',
  ];
  for (const key of kept) it(`leaves ${key} as it is`, () => assert.equal(foldAddress(key), key));

  it('folds what is folded to itself, and no two names to one where there is no rule for it', () => {
    const local = fc.stringMatching(/^[a-z0-9+_-]{1,6}(\.[a-z0-9+_-]{1,6}){0,2}$/);
    const domain = fc.constantFrom('gmail.com', 'googlemail.com', 'outlook.com', 'proton.me', 'example.com');
    fc.assert(
      fc.property(local, domain, (name, at) => {
        const key = addressKey(`${name}@${at}`);
        const fold = foldAddress(key);
        assert.equal(foldAddress(fold), fold);
        assert.match(fold, /^[^@]+@[^@]+$/);
        if (at === 'example.com' || /^[a-z0-9_-]+$/.test(name)) assert.equal(fold.split('@')[0], name);
      }),
    );
  });
});
