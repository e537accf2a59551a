import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AppStore } from '../../nodes/lib/store/open-app-store.ts';
import { assertRefused } from '../support/assert-refused.ts';
import { newRequest } from '../support/new-request.ts';
import { temporaryFolder } from '../support/sqlite-outbox.ts';
import { openTestStore } from '../support/sqlite-suppressions.ts';

const script = fileURLToPath(new URL('open-as.ts', import.meta.url));
/** `nobody`, nearly everywhere. */
const stranger = 65534;

describe('an app’s folder', function () {
  this.timeout(30_000);
  let parent: string;
  let folder: string;
  let store: AppStore;
  let remove: () => void;

  beforeEach(async () => {
    ({ folder: parent, remove } = temporaryFolder());
    folder = join(parent, 'app');
    store = await openTestStore(folder);
    const entry = { address: 'gone@a.example', cause: 'unsubscribe', method: 'one-click', at: 1000 } as const;
    await store.suppressions.add([entry]);
  });
  afterEach(async () => {
    await store.close();
    remove();
  });

  const add = (id: string) => store.outbox.accept(newRequest([`${id}@a.example`]));
  const openAgain = async () => {
    store = await openTestStore(folder);
  };
  /** Opened by a process without the rights to it; what became of that. */
  const openedByStranger = (database = folder) => {
    chmodSync(parent, 0o755);
    return execFileSync(process.execPath, [script, database, String(stranger)], { encoding: 'utf8' }).trim();
  };

  it('that is gone while the app runs takes nothing more, and goes on when it is back', async () => {
    await add('before');
    renameSync(folder, `${folder}.moved`);
    const { message, retryable } = await assertRefused(() => add('meanwhile'), 'store-unavailable');
    assert.match(message, /app cannot be used: its database was moved or removed/);
    assert.equal(retryable, true);
    await assertRefused(() => store.suppressions.find(['gone@a.example'], 2000), 'store-unavailable');
    assert.equal(store.health.trouble?.code, 'store-unavailable');
    renameSync(`${folder}.moved`, folder);
    await store.health.probe();
    assert.equal(store.health.trouble, undefined);
    await add('after');
    await store.close();
    await openAgain();
    const found = ['before', 'meanwhile', 'after'].map(async (id) => (await store.outbox.find(id))?.state);
    assert.deepEqual(await Promise.all(found), ['queued', undefined, 'queued']);
  });

  it('that another took the place of while the app runs is not written to', async () => {
    renameSync(folder, `${folder}.moved`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'app.sqlite'), 'x');
    await assertRefused(() => add('a'), 'store-unavailable');
    assert.equal(readFileSync(join(folder, 'app.sqlite'), 'utf8'), 'x');
  });

  it('that is a file is named', async () => {
    await store.close();
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'x');
    const { message } = await assertRefused(openAgain, 'store-unavailable');
    assert.ok(message.startsWith(`The store ${folder} cannot be used: `), message);
  });

  it('that has no keys for its list makes no others', async () => {
    await store.close();
    const keys = readFileSync(join(folder, 'keys.json'));
    rmSync(join(folder, 'keys.json'));
    await assertRefused(openAgain, 'bad-keys');
    writeFileSync(join(folder, 'keys.json'), keys, { mode: 0o600 });
    await openAgain();
    assert.equal((await store.suppressions.find(['gone@a.example'], 2000)).size, 1);
  });

  it('of another user is refused, and its list with it', async () => {
    await store.close();
    const said = openedByStranger();
    assert.match(said, /^store-unavailable The store \S+ cannot be used: \S+/);
    // a folder that lets in, with a database that does not
    chmodSync(folder, 0o777);
    assert.match(openedByStranger(), /^store-unavailable The store \S+ cannot be used: \S+/);
  });

  it('whose database can only be read is refused', async () => {
    await store.close();
    chmodSync(folder, 0o755);
    for (const name of ['app.sqlite', 'keys.json']) chmodSync(join(folder, name), 0o444);
    assert.match(openedByStranger(), /^store-unavailable The store \S+ cannot be used: \S+/);
    for (const name of ['app.sqlite', 'keys.json']) chmodSync(join(folder, name), 0o600);
    await openAgain();
    assert.equal(await store.suppressions.count(), 1);
  });
});
