import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmailError } from '../../nodes/lib/kernel/errors.ts';
import type { AppStore } from '../../nodes/lib/store/open-app-store.ts';
import { newRequest } from '../support/new-request.ts';
import { temporaryFolder } from '../support/sqlite-outbox.ts';
import { openTestStore } from '../support/sqlite-suppressions.ts';

/** Commits, each of which a person leaves with or a mail is accepted with. */
const commits = 60;

describe('the log of a run that was cut off', function () {
  this.timeout(60_000);
  let parent: string;
  let files: Map<string, Buffer>;
  let log: Buffer;
  let remove: () => void;

  before(async () => {
    ({ folder: parent, remove } = temporaryFolder());
    const live = join(parent, 'live');
    const store = await openTestStore(live);
    for (let n = 0; n < commits; n += 1) await commit(store, n);
    const names = readdirSync(live).filter((name) => name !== 'spool');
    files = new Map(names.map((name) => [name, readFileSync(join(live, name))]));
    log = files.get('app.sqlite-wal') ?? assert.fail('there is no log');
    await store.close();
  });
  after(() => remove());

  async function commit({ suppressions, outbox }: AppStore, n: number): Promise<void> {
    if (n % 2 === 0)
      await suppressions.add([
        { address: `${n}@a.example`, cause: 'unsubscribe', method: 'one-click', at: 1000 },
      ]);
    else await outbox.accept(newRequest([`${n}@a.example`]));
  }
  async function isThere({ suppressions, outbox }: AppStore, n: number): Promise<boolean> {
    if (n % 2 === 1) return (await outbox.find(String(n))) !== undefined;
    return (await suppressions.find([`${n}@a.example`], 2000)).size > 0;
  }

  /** How many of the commits are there after a crash that left this of the log, or the code of the refusal. */
  async function kept(left: Uint8Array | undefined): Promise<number | string> {
    const folder = join(parent, 'copy');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes, { mode: 0o600 });
    if (left) writeFileSync(join(folder, 'app.sqlite-wal'), left);
    else rmSync(join(folder, 'app.sqlite-wal'));
    const store = await openTestStore(folder).catch((thrown: unknown) => thrown);
    if (store instanceof EmailError) return `${store.code}: ${store.detail.why}`;
    const opened = store as AppStore;
    const found: boolean[] = [];
    for (let n = 0; n < commits; n += 1) found.push(await isThere(opened, n));
    const count = found.filter(Boolean).length;
    assert.deepEqual(found.lastIndexOf(true), count - 1, 'a later commit is there without an earlier one');
    assert.equal(await opened.suppressions.count(), Math.ceil(count / 2));
    await commit(opened, 1000);
    await opened.close();
    return count;
  }

  it('brings everything back when it is whole', async () => {
    assert.equal(await kept(log), commits);
  });

  it('brings back the commits before the place where it was cut, all of them and no others', async () => {
    let before = 0;
    for (const share of [0.3, 0.45, 0.6, 0.7, 0.8, 0.9, 0.99]) {
      const count = await kept(log.subarray(0, Math.floor(log.length * share)));
      assert.ok(typeof count === 'number' && count >= before && count < commits, `${count} at ${share}`);
      before = count;
    }
    assert.ok(before > commits * 0.9);
  });

  it('brings back the commits before the first wrong byte', async () => {
    for (const share of [0.4, 0.7, 0.95]) {
      const garbled = Buffer.from(log);
      const at = Math.floor(log.length * share);
      garbled.writeUInt8(garbled.readUInt8(at) ^ 1, at);
      const count = await kept(garbled);
      assert.equal(count, await kept(log.subarray(0, at)), `at ${share}`);
    }
  });

  it('does not pass for a new, empty app when nothing of it is left', async () => {
    const nothing: (Uint8Array | undefined)[] = [undefined, Buffer.alloc(0), log.subarray(0, 20)];
    const garbled = Buffer.from(log).fill(0xee, 0, 32);
    for (const left of [...nothing, log.subarray(0, 32 + 24 + 4096), garbled])
      assert.equal(await kept(left), 'store-corrupt: it is empty, though this app was used before');
  });
});
