import assert from 'node:assert/strict';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { mock } from 'node:test';
import { DraftFile } from '../../../nodes/lib/store/draft-file.ts';
import { temporaryFolder, testSeal } from '../../support/sqlite-outbox.ts';

/** More than is written at once, so that some of it is synced before the end. */
const piece = 'x'.repeat(700 * 1024);

describe('DraftFile', () => {
  let folder: string;
  let remove: () => void;
  let handles: FileHandle;

  beforeEach(async () => {
    ({ folder, remove } = temporaryFolder());
    const handle = await open(folder);
    handles = Object.getPrototypeOf(handle);
    await handle.close();
  });
  afterEach(() => {
    mock.restoreAll();
    remove();
  });

  const write = async (): Promise<DraftFile> => {
    const draft = new DraftFile(join(folder, 'draft'), testSeal);
    for (let round = 0; round < 4; round += 1) await draft.write(piece);
    return draft;
  };

  it('finishes what it could sync', async () => {
    const synced = mock.method(handles, 'datasync');
    await (await write()).finish();
    assert.ok(synced.mock.callCount() > 0);
  });

  it('does not finish what a disk once failed to keep, though the last sync succeeds', async () => {
    const lost = Object.assign(new Error('i/o error'), { code: 'EIO', syscall: 'fdatasync' });
    mock.method(handles, 'datasync', () => Promise.reject(lost));
    const draft = await write();
    await assert.rejects(draft.finish(), { code: 'store-unavailable' });
    await draft.abandon();
  });
});
