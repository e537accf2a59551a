import assert from 'node:assert/strict';
import { existsSync, mkdirSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DiskReserve, diskReserve } from '../../../nodes/lib/store/disk-reserve.ts';
import type { AppStore } from '../../../nodes/lib/store/open-app-store.ts';
import type { NewSuppression } from '../../../nodes/lib/suppression/suppression-list.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { newRequest, someContent } from '../../support/new-request.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';
import { openTestStore } from '../../support/sqlite-suppressions.ts';
import { hasCode } from './outbox-contract.ts';

const megabyte = 1024 * 1024;

describe('diskReserve', () => {
  let folder: string;
  let file: string;
  let remove: () => void;
  let reserve: DiskReserve;

  beforeEach(() => {
    ({ folder, remove } = temporaryFolder());
    file = join(folder, 'reserve');
    reserve = diskReserve(folder, 3 * megabyte);
  });
  afterEach(() => remove());

  const size = () => statSync(file).size / megabyte;
  const full = () => Object.assign(new Error('full'), { errcode: 13 });
  /** Meets a full disk so many times. */
  const failing = (times: number, thrown: () => Error = full) => {
    let left = times;
    return () => {
      left -= 1;
      if (left >= 0) throw thrown();
      return 'done';
    };
  };

  it('is a file that only this user can read, made once', () => {
    assert.equal(reserve.keep(), true);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const { mtimeMs } = statSync(file);
    assert.equal(diskReserve(folder, 3 * megabyte).keep(), true);
    assert.deepEqual([size(), statSync(file).mtimeMs], [3, mtimeMs]);
  });

  it('is not made without room for twice as much, and then what can wait is refused', () => {
    const { bavail, bsize } = statfsSync(folder);
    const large = diskReserve(folder, (bavail * bsize) / 1.5);
    assert.equal(large.keep(), false);
    assert.throws(() => large.requireRoom(), hasCode('disk-full', true));
    assert.equal(existsSync(file), false);
  });

  it('is given up little by little, as much as is needed, and made whole again', () => {
    reserve.keep();
    assert.equal(reserve.spend(failing(1)), 'done');
    assert.equal(size(), 3);
    assert.equal(reserve.spend(failing(3)), 'done');
    assert.equal(size(), 1);
    reserve.requireRoom();
    assert.equal(size(), 3);
  });

  it('counts a full disk that the file system tells of, and nothing else', () => {
    reserve.keep();
    const told = () => Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'write' });
    assert.equal(reserve.spend(failing(2, told)), 'done');
    assert.equal(size(), 2);
    assert.throws(() => reserve.spend(failing(1, () => new Error('other'))), /other/);
    assert.equal(size(), 2);
  });

  it('says that the disk is full when nothing is left to give', () => {
    reserve.keep();
    assert.throws(() => reserve.spend(failing(9)), /full/);
    assert.equal(size(), 0);
  });

  it('gives nothing to what can wait', () => {
    reserve.keep();
    const first = failing(1);
    const accept = () => {
      reserve.requireRoom();
      return first();
    };
    assert.throws(() => reserve.spend(accept), hasCode('disk-full', true));
    assert.equal(size(), 3);
    assert.equal(reserve.spend(accept), 'done');
  });

  it('completes what was cut off, and minds no folder that is not there yet', () => {
    writeFileSync(file, 'x');
    const again = diskReserve(folder, megabyte);
    assert.deepEqual([again.keep(), size()], [true, 1]);
    const later = diskReserve(join(folder, 'later'), megabyte);
    mkdirSync(join(folder, 'later'));
    assert.equal(later.keep(), true);
  });

  it('may be none', () => {
    const none = diskReserve(folder, 0);
    none.requireRoom();
    assert.throws(() => none.spend(failing(9)), /full/);
    assert.equal(existsSync(file), false);
  });
});

describe('a store on a full disk', () => {
  const reserveBytes = 4 * megabyte;
  const workerFile = new URL('../../support/small-disk-store-worker.ts', import.meta.url);
  const content = { ...someContent, text: 'x'.repeat(200_000) };
  let folder: string;
  let remove: () => void;
  let store: AppStore;
  let mails: number;
  let left: number;

  beforeEach(async () => {
    ({ folder, remove } = temporaryFolder());
    [mails, left] = [0, 0];
    hasPages(4096);
    store = await open();
  });
  afterEach(async () => {
    await store.close();
    remove();
  });

  const open = () => openTestStore(folder, { workerFile, reserveBytes });
  const hasPages = (count: number) => writeFileSync(join(folder, 'pages'), String(count));
  const reserved = () => statSync(join(folder, 'reserve')).size;
  const accept = async () => {
    mails += 1;
    return store.outbox.accept(newRequest([`a${mails}@a.example`], { content }));
  };
  const acceptUntilFull = async () => {
    for (;;) await accept();
  };
  /** One call for each, as for one-click requests. */
  const leave = (count: number) =>
    Promise.all(Array.from({ length: count }, () => store.suppressions.add([entryFor(left++)])));
  const entryFor = (n: number): NewSuppression => ({
    address: `gone${n}@a.example`,
    cause: 'unsubscribe',
    method: 'one-click',
    at: 1000,
    evidence: { userAgent: 'x'.repeat(200) },
  });
  const fill = () => assert.rejects(acceptUntilFull(), hasCode('disk-full', true));

  it('takes no more mails, and goes on writing down who leaves', async () => {
    await fill();
    assert.ok(mails > 30);
    assert.equal(reserved(), reserveBytes);
    for (let round = 0; round < 10; round += 1) await leave(200);
    assert.equal(await store.suppressions.count(), 2000);
    assert.ok(reserved() < reserveBytes);
    await assert.rejects(accept(), hasCode('disk-full', true));
  }).timeout(20_000);

  it('goes on handing over what it has, and records the outcomes', async () => {
    await fill();
    const entries = await store.outbox.claim(20, 5000);
    const outcome = { at: 6000, state: 'sent', code: 'sent', reason: '250 ok', attempted: true } as const;
    const records = await store.outbox.settle(
      entries.map(({ part }) => ({ ...outcome, partId: part.id, reason: 'x'.repeat(20_000) })),
    );
    assert.deepEqual([entries.length, records.length], [20, 20]);
    assert.deepEqual(await store.outbox.content(entries[0]?.contentId ?? 0), content);
  }).timeout(20_000);

  it('imports no list', async () => {
    await fill();
    for (let round = 0; round < 10; round += 1) await leave(200);
    const load = await store.suppressions.startImport(0);
    await assertRefused(() => load.stage([entryFor(1)]), 'disk-full');
    await load.drop();
  }).timeout(20_000);

  it('opens, and takes mails again as soon as there is room, by itself', async () => {
    await fill();
    for (let round = 0; round < 10; round += 1) await leave(200);
    await store.close();
    store = await open();
    assert.equal(await store.suppressions.count(), 2000);
    await assert.rejects(accept(), hasCode('disk-full', true));
    await leave(1);
    hasPages(9000);
    assert.deepEqual(await accept(), { kind: 'accepted' });
    assert.equal(reserved(), reserveBytes);
  }).timeout(20_000);
});
