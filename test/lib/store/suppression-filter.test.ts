import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openKeyRing } from '../../../nodes/lib/keys/open-key-ring.ts';
import { openStore, type Store } from '../../../nodes/lib/store/open-store.ts';
import { EntryPacker } from '../../../nodes/lib/store/packed-entries.ts';
import { sqliteSuppressionList } from '../../../nodes/lib/store/sqlite-suppression-list.ts';
import { unlockRows } from '../../../nodes/lib/store/unlock-rows.ts';
import { addressHasher } from '../../../nodes/lib/suppression/address-hasher.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';
import { storeWorker } from '../../support/sqlite-suppressions.ts';
import { entryFor } from './suppression-contract.ts';

describe('the suppression list’s files', () => {
  let parent: string;
  let folder: string;
  let filterFile: string;
  let remove: () => void;
  let opened: { close(): Promise<void> }[];

  beforeEach(() => {
    ({ folder: parent, remove } = temporaryFolder());
    folder = join(parent, 'app');
    filterFile = join(folder, 'suppression.filter');
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map(({ close }) => close()));
    remove();
  });

  /** A list, and the names of the calls it makes to the store's thread. */
  const open = async (at = folder, foldAddresses = false) => {
    const options = { folder: at, now: 0, unknown: 'hold', maxWaiting: 10 } as const;
    const store = await openStore({
      ...options,
      workerFile: storeWorker,
      nodeVersion: process.versions.node,
    });
    opened.push(store);
    const { client, calls, idle } = watched(store);
    const keys = await openKeyRing({ folder: at, now: 0, randomBytes });
    await unlockRows(store, keys, '');
    const list = await sqliteSuppressionList({ client, close: store.close }, keys, foldAddresses);
    const isHeld = async (address: string) => (await list.find([address], 2000)).size === 1;
    return { list, calls, idle, isHeld, close: store.close, client: store.client, keys };
  };
  const fill = async (...names: string[]) => {
    const { list, close } = await open();
    await list.add(names.map((name) => entryFor(`${name}@a.example`)));
    await close();
  };
  /** What a power cut at this moment would leave. */
  const crashImage = (name: string) => {
    const image = join(parent, name);
    cpSync(folder, image, { recursive: true });
    return image;
  };

  it('asks the thread for nobody who is not on the list', async () => {
    await fill('a', 'b');
    assert.equal(statSync(filterFile).mode & 0o777, 0o600);
    const { calls, idle, isHeld } = await open();
    await idle();
    calls.length = 0;
    for (let n = 0; n < 100; n++) assert.equal(await isHeld(`nobody${n}@b.example`), false);
    assert.deepEqual(calls, []);
    assert.equal(await isHeld('a@a.example'), true);
    assert.deepEqual(calls, ['suppression.find']);
  });

  it('reads the filter back instead of the table, and writes it only after a change', async () => {
    await fill('a');
    const written = readFileSync(filterFile);
    const { calls, isHeld, idle, close } = await open();
    await idle();
    assert.equal(calls.filter((name) => name === 'suppression.fill').length, 1);
    assert.equal(await isHeld('a@a.example'), true);
    rmSync(filterFile);
    await close();
    assert.equal(existsSync(filterFile), false);
    writeFileSync(filterFile, written);
  });

  const damages: Record<string, (bytes: Buffer) => Buffer | undefined> = {
    missing: () => undefined,
    empty: () => Buffer.alloc(0),
    'cut off': (bytes) => bytes.subarray(0, -64),
    'wrong in one bit': (bytes) =>
      flipOne(
        bytes,
        bytes.findIndex((byte, at) => at >= 64 && byte !== 0),
      ),
    'wrong in its header': (bytes) => flipOne(bytes, 40),
    'of another list': () => readFileSync(join(parent, 'other', 'suppression.filter')),
  };
  for (const [damage, change] of Object.entries(damages)) {
    it(`finds everybody when the filter’s file is ${damage}`, async () => {
      await fill('a', 'b');
      cpSync(folder, join(parent, 'other'), { recursive: true });
      await fill('c');
      const bytes = change(readFileSync(filterFile));
      if (bytes) writeFileSync(filterFile, bytes);
      else rmSync(filterFile);
      const { calls, idle, isHeld } = await open();
      for (const when of ['at once', 'later']) {
        for (const name of ['a', 'b', 'c']) assert.ok(await isHeld(`${name}@a.example`), `${name} ${when}`);
        await idle();
      }
      calls.length = 0;
      assert.equal(await isHeld('nobody@b.example'), false);
      assert.deepEqual(calls, []);
    });
  }

  it('finds everybody after a crash, whatever filter lies there', async () => {
    await fill('a');
    const { list } = await open();
    await list.add([entryFor('b@a.example')]);
    const crashed = await open(crashImage('crashed'));
    await crashed.idle();
    for (const name of ['a', 'b']) assert.ok(await crashed.isHeld(`${name}@a.example`), name);
  });

  it('finds everybody after a backup is put back beside a newer filter', async () => {
    await fill('a');
    const backup = crashImage('backup');
    await fill('b');
    cpSync(filterFile, join(backup, 'suppression.filter'));
    const { list } = await open(backup);
    await list.add([entryFor('c@a.example')]);
    cpSync(backup, join(parent, 'again'), { recursive: true });
    const again = await open(join(parent, 'again'));
    for (const name of ['a', 'c']) assert.ok(await again.isHeld(`${name}@a.example`), name);
  });

  it('grows the filter with the list, and misses nobody on the way', async function () {
    this.timeout(60_000);
    const { list, calls, idle, isHeld } = await open();
    const load = await list.startImport(0);
    const count = 70_000;
    for (let n = 0; n < count; n += 5000)
      await load.stage(Array.from({ length: 5000 }, (_, i) => entryFor(`u${n + i}@a.example`)));
    const seen: number[] = [];
    assert.equal((await load.commit((worked) => seen.push(worked))).added, count);
    assert.ok(seen.length > 10 && seen.at(-1) === count, String(seen));
    await list.add([entryFor('late@a.example')]);
    assert.ok(await isHeld('late@a.example'));
    await idle();
    assert.ok(calls.filter((name) => name === 'suppression.fill').length > 2);
    assert.ok(await isHeld('late@a.example'));
    const some = Array.from({ length: 1000 }, (_, n) => `u${n * 70}@a.example`);
    assert.equal((await list.find(some, 2000)).size, 1000);
    calls.length = 0;
    const others = Array.from({ length: 1000 }, (_, n) => `nobody${n}@b.example`);
    for (const address of others) await list.find([address], 2000);
    assert.ok(calls.length <= 10, `${calls.length} wrong guesses`);
  });

  it('finds all spellings by the filter, read back or made anew, and asks the thread for no others', async () => {
    const { list, close } = await open();
    await list.add([entryFor('a.b+x@gmail.com'), entryFor('c+x@outlook.com')]);
    await close();
    for (const step of ['read back', 'made anew']) {
      if (step === 'made anew') rmSync(filterFile);
      const folding = await open(folder, true);
      await folding.idle();
      for (const address of ['ab@googlemail.com', 'c@outlook.com'])
        assert.ok(await folding.isHeld(address), step);
      folding.calls.length = 0;
      for (const address of ['ac@gmail.com', 'a.b@outlook.com'])
        assert.equal(await folding.isHeld(address), false);
      assert.deepEqual(folding.calls, []);
      await folding.close();
    }
    const { calls, idle, isHeld } = await open();
    await idle();
    calls.length = 0;
    assert.equal(await isHeld('x.y@gmail.com'), false);
    assert.deepEqual(calls, []);
    for (const address of ['ab@gmail.com', 'a.b@gmail.com']) assert.equal(await isHeld(address), false);
  });

  it('finds by its own spelling an entry from before there was a rule for its provider', async () => {
    const { list, client, keys, close } = await open();
    const [address, other] = ['c+x@outlook.com', 'c+y@outlook.com'];
    const { spelling } = addressHasher(keys.current('address-hash').secret).hash(address);
    await client.call('suppression.add', [
      { ...entryFor(address), hash: String(spelling?.toString('latin1')) },
    ]);
    assert.deepEqual([...(await list.find([address, other], 2000)).keys()], [address]);
    await close();
    const folding = await open(folder, true);
    await folding.idle();
    assert.deepEqual([await folding.isHeld(address), await folding.isHeld(other)], [true, false]);
    assert.equal(await folding.list.remove({ address, method: 'api', at: 2 }), true);
  });

  it('leaves nothing of an erased person in any file', async () => {
    const { list, close } = await open();
    const personal = { emailId: 'mail-7', detail: 'Ann Ax', evidence: { ip: '192.0.2.77' } };
    const others = Array.from({ length: 30 }, (_, n) => entryFor(`other${n}@a.example`));
    const erased = Array.from({ length: 10 }, (_, n) => entryFor(`ann.ax${n}@a.example`, personal));
    await list.add([...erased, ...others]);
    for (const { address } of erased) {
      await list.remove({ address, method: 'api', at: 1, detail: 'Ann Ax called' });
      await list.add([entryFor(address, personal)]);
      assert.equal(await list.erase(address, 2), true);
    }
    await close();
    for (const name of readdirSync(folder).filter((name) => name !== 'spool')) {
      const bytes = readFileSync(join(folder, name), 'latin1');
      assert.doesNotMatch(bytes, /ann\.ax|Ann Ax|192\.0\.2\.77|mail-7/, name);
    }
  });

  it('leaves nothing of an erased person in file and log while it is open, however rows moved', async function () {
    this.timeout(60_000);
    const { list } = await open();
    const count = 3000;
    const entryOf = (n: number) => {
      const evidence = { ip: `ip${n}z`, userAgent: `ua${n}z`.padEnd(n % 11 ? 30 : 5000, 'x') };
      return entryFor(`u${n}z@a.example`, { emailId: `id${n}z`, detail: `why${n}z`, evidence });
    };
    const some = (step: number) => Array.from({ length: count / step }, (_, index) => index * step);
    for (let n = 0; n < count; n += 100) {
      await list.add(Array.from({ length: 100 }, (_, index) => entryOf(n + index)));
    }
    for (const n of some(5)) {
      await list.remove({ address: `u${n}z@a.example`, method: 'api', at: 1, detail: `gone${n}z` });
    }
    await list.add(some(10).map(entryOf));
    const erased = some(15);
    await Promise.all(erased.map((n) => list.erase(`u${n}z@a.example`, 2)));
    for (const name of ['app.sqlite', 'app.sqlite-wal']) {
      const bytes = readFileSync(join(folder, name), 'latin1');
      const found = new Set(
        Array.from(bytes.matchAll(/(?:u|ip|ua|id|why|gone)(\d+)z/g), ([, n]) => Number(n)),
      );
      assert.deepEqual(
        erased.filter((n) => found.has(n)),
        [],
        name,
      );
    }
  });

  it('begins a new import after one that could not be dropped', async () => {
    const { list, client, keys } = await open();
    const { hash } = addressHasher(keys.current('address-hash').secret);
    await client.call('suppression.import.begin', 'given up');
    await client.call('suppression.import.stage', new EntryPacker(hash).pack([entryFor('a@a.example')]));
    const load = await list.startImport(0);
    await load.stage([entryFor('b@a.example')]);
    assert.equal((await load.commit()).added, 1);
    await load.drop();
    assert.equal(await list.count(), 1);
  });

  it('has a filter of the right size before an import fills it', async function () {
    this.timeout(60_000);
    const { list, calls, idle } = await open();
    const load = await list.startImport(0);
    await load.stage(Array.from({ length: 70_000 }, (_, n) => entryFor(`u${n}@a.example`)));
    await idle();
    calls.length = 0;
    await load.commit();
    await idle();
    const fills = calls.flatMap((name, index) => (name === 'suppression.fill' ? [index] : []));
    assert.ok(Number(fills[1]) < calls.lastIndexOf('suppression.import.step'), 'taken before the last step');
    assert.equal(fills.length, 3, 'made, taken, and found large enough');
    calls.length = 0;
    await list.find(['nobody@a.example', 'nobody@b.example'], 0);
    assert.deepEqual(calls, []);
  });

  it('drops no import but its own', async () => {
    const { list, isHeld } = await open();
    const first = await list.startImport(0);
    await first.drop();
    const second = await list.startImport(0);
    await second.stage([entryFor('b@a.example')]);
    await first.drop();
    await second.commit();
    assert.ok(await isHeld('b@a.example'));
  });

  it('fails closed once the store is gone', async () => {
    const { list, close } = await open();
    await close();
    await assertRefused(() => list.find(['nobody@b.example'], 2000), 'app-closed');
    await assertRefused(() => list.find([], 2000), 'app-closed');
    await assertRefused(() => list.add([entryFor('a@a.example')]), 'app-closed');
  });

  it('refuses other keys than it was made with, unless it holds nothing', async () => {
    const keys = join(folder, 'keys.json');
    await (await open()).close();
    rmSync(keys);
    await fill('a');
    const right = readFileSync(keys);
    rmSync(keys);
    await assertRefused(() => open(), 'wrong-key');
    await opened.at(-1)?.close();
    writeFileSync(keys, right);
    assert.equal(await (await open()).isHeld('a@a.example'), true);
  });

  it('forgets an import that was not decided before a crash, file and all', async () => {
    const { list } = await open();
    const load = await list.startImport(0);
    await load.stage(Array.from({ length: 70_000 }, (_, n) => entryFor(`u${n}@a.example`)));
    const image = crashImage('crashed');
    assert.ok(existsSync(join(image, 'import.sqlite')));
    const crashed = await open(image);
    assert.equal(existsSync(join(image, 'import.sqlite')), false);
    assert.equal(await crashed.list.count(), 0);
    await load.drop();
  });

  it('completes an import that was decided before a crash', async function () {
    this.timeout(60_000);
    const { list } = await open();
    const load = await list.startImport(0);
    await load.stage(Array.from({ length: 20_000 }, (_, n) => entryFor(`u${n}@a.example`)));
    let image = '';
    await load.commit((worked) => {
      if (image === '' && worked > 0) image = crashImage('crashed');
    });
    const crashed = await open(image);
    await crashed.idle();
    assert.equal(await crashed.list.count(), 20_000);
    assert.ok(await crashed.isHeld('u19999@a.example'));
    assert.deepEqual(
      readdirSync(image).filter((name) => name.startsWith('import')),
      [],
    );
    await (await crashed.list.startImport(0)).drop();
  });
});

function watched(store: Store) {
  const calls: string[] = [];
  let underWay = 0;
  const call = async (name: string, input: unknown) => {
    calls.push(name);
    underWay++;
    return (store.client.call as (name: string, input: unknown) => Promise<unknown>)
      .call(store.client, name, input)
      .finally(() => underWay--);
  };
  const idle = async () => {
    for (let quiet = 0; quiet < 3; quiet = underWay > 0 ? 0 : quiet + 1) await nextTurn();
  };
  const client = {
    call,
    get refusal() {
      return store.client.refusal;
    },
  } as unknown as Store['client'];
  return { client, calls, idle };
}

function flipOne(bytes: Buffer, at: number): Buffer {
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}
