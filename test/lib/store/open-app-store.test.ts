import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyPurpose } from '../../../nodes/lib/keys/key-ring.ts';
import type { AppStore, AppStoreOptions } from '../../../nodes/lib/store/open-app-store.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';
import { openTestStore } from '../../support/sqlite-suppressions.ts';

const purposes: KeyPurpose[] = ['unsubscribe-token', 'address-hash', 'page-nonce', 'confirmation-token'];

describe('openAppStore', () => {
  let folder: string;
  let file: string;
  let remove: () => void;

  beforeEach(() => {
    ({ folder, remove } = temporaryFolder());
    file = join(folder, 'keys.json');
  });
  afterEach(() => remove());

  /** Opens the store, does something and closes it; resolves to the keys' text. */
  const use = async (
    work: (store: AppStore) => unknown = () => {},
    options: Partial<AppStoreOptions> = {},
  ): Promise<string> => {
    const store = await openTestStore(folder, options);
    await work(store);
    await store.close();
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };
  const edit = (change: (keys: Record<string, { secret: string }[]>) => void) => {
    const root = JSON.parse(readFileSync(file, 'utf8'));
    change(root.keys);
    writeFileSync(file, JSON.stringify(root));
  };

  it('makes no new keys when they are missing, with an empty list too, and opens when they are back', async () => {
    const keys = await use();
    rmSync(file);
    const { message } = await assertRefused(() => use(), 'bad-keys');
    assert.match(message, /keys\.json cannot be used: the file is missing although mails were sent/);
    assert.equal(existsSync(file), false);
    writeFileSync(file, keys, { mode: 0o600 });
    assert.equal(await use(), keys);
  });

  for (const purpose of purposes) {
    it(`refuses another key for ${purpose}`, async () => {
      await use();
      edit((keys) => {
        const [key] = keys[purpose] ?? [];
        if (key) key.secret = Buffer.alloc(32, 1).toString('base64url');
      });
      await assertRefused(() => use(), 'wrong-key');
    });
  }

  it('refuses a ring whose added purpose was taken out, instead of making another key for it', async () => {
    await use();
    edit((keys) => delete keys['confirmation-token']);
    await assertRefused(() => use(), 'wrong-key');
  });

  it('adds the key of a purpose that it knew nothing of, and remembers it', async () => {
    await use(({ outbox }) => outbox.writeNote('key of confirmation-token', undefined));
    edit((keys) => delete keys['confirmation-token']);
    const keys = await use();
    assert.match(keys, /confirmation-token/);
    edit((keys) => delete keys['confirmation-token']);
    await assertRefused(() => use(), 'wrong-key');
  });

  it('takes a rotated ring and one whose old keys were retired, and not one from before', async () => {
    const before = await use();
    await use(({ keys }) => keys.rotate('unsubscribe-token', 5));
    const rotated = await use();
    assert.notEqual(rotated, before);
    writeFileSync(file, before);
    await assertRefused(() => use(), 'wrong-key');
    writeFileSync(file, rotated);
    edit((keys) => keys['unsubscribe-token']?.pop());
    await use();
  });

  it('takes a ring that was rotated by a run that was cut off before it could be remembered', async () => {
    const { 'unsubscribe-token': old } = await notesOf();
    await use(({ keys }) => keys.rotate('unsubscribe-token', 5));
    await use(({ outbox }) => outbox.writeNote('key of unsubscribe-token', old));
    await use();
    assert.notEqual((await notesOf())['unsubscribe-token'], old);
  });

  it('holds keys from the environment against what it remembers', async () => {
    const text = await use();
    rmSync(file);
    await use(() => {}, { keysFromEnvironment: text });
    const { message } = await assertRefused(() => use(), 'bad-keys');
    assert.match(message, /environment variable/);
    const { folder: other, remove: removeOther } = temporaryFolder();
    await (await openTestStore(other)).close();
    const keysFromEnvironment = readFileSync(join(other, 'keys.json'), 'utf8');
    await assertRefused(() => use(() => {}, { keysFromEnvironment }), 'wrong-key');
    removeOther();
  });

  it('begins anew when its database was moved away', async () => {
    await use();
    rmSync(file);
    renameSync(join(folder, 'app.sqlite'), join(folder, 'app.sqlite.old'));
    assert.match(await use(), /unsubscribe-token/);
  });

  it('keeps nothing of a secret in its database', async () => {
    const keys = JSON.parse(await use());
    const bytes = readFileSync(join(folder, 'app.sqlite'));
    for (const purpose of purposes) {
      const secret = Buffer.from(keys.keys[purpose][0].secret, 'base64url');
      assert.ok(!bytes.includes(secret) && !bytes.includes(secret.toString('hex')), purpose);
    }
  });

  /** What is remembered of each purpose. */
  async function notesOf(): Promise<Record<string, string | undefined>> {
    const notes: Record<string, string | undefined> = {};
    await use(async ({ outbox }) => {
      for (const purpose of purposes) notes[purpose] = await outbox.readNote(`key of ${purpose}`);
    });
    return notes;
  }
});
