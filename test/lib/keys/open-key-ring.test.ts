import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openKeyRing } from '../../../nodes/lib/keys/open-key-ring.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';

describe('openKeyRing', () => {
  let folder: string;
  let file: string;
  let remove: () => void;

  beforeEach(() => {
    ({ folder, remove } = temporaryFolder());
    file = join(folder, 'keys.json');
  });
  afterEach(() => remove());

  const open = (fromEnvironment?: string) => openKeyRing({ folder, fromEnvironment, now: 5, randomBytes });

  it('makes a key of 32 bytes for each purpose, once', async () => {
    const ring = await open();
    const again = await open();
    for (const purpose of [
      'unsubscribe-token',
      'address-hash',
      'page-nonce',
      'confirmation-token',
      'vault',
      'mail-tag',
      'rows',
    ] as const) {
      const key = ring.current(purpose);
      assert.match(key.id, /^[a-z0-9]{4}$/);
      assert.equal(key.secret.length, 32);
      assert.deepEqual(again.current(purpose), key);
      assert.deepEqual(again.find(purpose, key.id), key);
    }
    assert.notDeepEqual(ring.current('page-nonce').secret, ring.current('address-hash').secret);
  });

  it('keeps them in a file that only this user can read, and leaves nothing else behind', async () => {
    await open();
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder), ['keys.json']);
  });

  it('rotates a key and still finds the old ones', async () => {
    const ring = await open();
    const old = ring.current('unsubscribe-token');
    await ring.rotate('unsubscribe-token', 100);
    await ring.rotate('unsubscribe-token', 200);
    for (const opened of [ring, await open()]) {
      assert.notDeepEqual(opened.current('unsubscribe-token'), old);
      assert.deepEqual(opened.find('unsubscribe-token', old.id), old);
    }
    assert.equal(ring.find('page-nonce', old.id), undefined);
  });

  it('overcomes a cut-off write', async () => {
    const ring = await open();
    writeFileSync(`${file}.part`, '{"vers');
    await ring.rotate('page-nonce', 100);
    assert.deepEqual((await open()).current('page-nonce'), ring.current('page-nonce'));
  });

  it('reads them from the environment and writes nothing then', async () => {
    await open();
    const text = readFileSync(file, 'utf8');
    const { folder: empty, remove: removeEmpty } = temporaryFolder();
    const ring = await openKeyRing({ folder: empty, fromEnvironment: text, now: 5, randomBytes });
    assert.deepEqual(ring.current('address-hash'), (await open()).current('address-hash'));
    await assertRefused(() => ring.rotate('page-nonce', 100), 'bad-keys');
    assert.deepEqual(readdirSync(empty), []);
    removeEmpty();
  });

  it('refuses a file that others can read', async () => {
    await open();
    for (const mode of [0o640, 0o604, 0o620]) {
      chmodSync(file, mode);
      await assertRefused(() => open(), 'keys-exposed');
    }
  });

  const damages: Record<string, (text: string) => string> = {
    'is empty': () => '',
    'was cut off': (text) => text.slice(0, -10),
    'is of another version': (text) => text.replace('"version": 1', '"version": 2'),
    'has a short secret': (text) => text.replace(/("secret": ".{20}).*"/, '$1"'),
    'has a secret that is no base64url': (text) => text.replace(/"secret": "./, '"secret": "*'),
    'has a bad id': (text) => text.replace(/"id": "./, '"id": "A'),
    'lacks a purpose': (text) => text.replace('"page-nonce"', '"another"'),
    'has no key for a purpose': () =>
      '{"version":1,"keys":{"unsubscribe-token":[],"address-hash":[],"page-nonce":[]}}',
  };
  for (const [damage, break_] of Object.entries(damages)) {
    it(`refuses a file that ${damage}, leaves it alone and shows no secret`, async () => {
      await open();
      const broken = break_(readFileSync(file, 'utf8'));
      writeFileSync(file, broken);
      const error = await assertRefused(() => open(), 'bad-keys');
      assert.equal(readFileSync(file, 'utf8'), broken);
      assert.doesNotMatch(error.message, /secret/);
      await assertRefused(() => open(broken), 'bad-keys');
    });
  }

  for (const purpose of ['confirmation-token', 'vault', 'mail-tag'] as const)
    it(`adds the purpose ${purpose}, which older files do not have, and keeps the others`, async () => {
      const before = await open();
      const { [purpose]: _fresh, ...older } = JSON.parse(readFileSync(file, 'utf8')).keys;
      writeFileSync(file, JSON.stringify({ version: 1, keys: older }));
      const ring = await open();
      assert.deepEqual(ring.current('address-hash'), before.current('address-hash'));
      assert.equal(ring.current(purpose).secret.length, 32);
      assert.deepEqual((await open()).current(purpose), ring.current(purpose));
      const fromEnvironment = await open(JSON.stringify({ version: 1, keys: older }));
      await assertRefused(() => fromEnvironment.current(purpose), 'bad-keys');
    });

  describe('with keys from before there was one for rows', () => {
    const olderText = async () => {
      await open();
      const { rows: _fresh, ...keys } = JSON.parse(readFileSync(file, 'utf8')).keys;
      return JSON.stringify({ version: 1, keys });
    };

    it('makes one where it can write', async () => {
      writeFileSync(file, await olderText());
      const made = (await open()).current('rows');
      assert.equal(made.secret.length, 32);
      assert.deepEqual((await open()).current('rows'), made);
    });

    it('derives one from that for addresses in the environment, the same each time and no other key', async () => {
      const text = await olderText();
      const [one, again] = [await open(text), await open(text)];
      assert.deepEqual(one.current('rows'), again.current('rows'));
      assert.equal(one.current('rows').secret.length, 32);
      assert.notDeepEqual(
        Buffer.from(one.current('rows').secret),
        Buffer.from(one.current('address-hash').secret),
      );
    });

    it('goes on finding the derived one when the environment, or a file, has one of its own', async () => {
      const derived = (await open(await olderText())).current('rows');
      for (const ring of [await open(readFileSync(file, 'utf8')), await open()]) {
        assert.notDeepEqual(ring.current('rows'), derived);
        assert.deepEqual(ring.find('rows', derived.id), derived);
      }
    });
  });

  it('refuses a second key for addresses', async () => {
    await open();
    const keys = JSON.parse(readFileSync(file, 'utf8'));
    keys.keys['address-hash'].push({ ...keys.keys['address-hash'][0], id: 'zzzz' });
    writeFileSync(file, JSON.stringify(keys));
    await assertRefused(() => open(), 'bad-keys');
  });

  it('says that the folder cannot be used', async () => {
    await assertRefused(
      () => openKeyRing({ folder: join(folder, 'none'), now: 5, randomBytes }),
      'store-unavailable',
    );
  });
});
