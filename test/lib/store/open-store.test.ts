import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import type { Outbox } from '../../../nodes/lib/outbound/outbox.ts';
import type { StoreOptions } from '../../../nodes/lib/store/open-store.ts';
import { newRequest, someContent } from '../../support/new-request.ts';
import { openTestOutbox, temporaryFolder } from '../../support/sqlite-outbox.ts';
import { hasCode } from './outbox-contract.ts';

describe('openStore', () => {
  let parent: string;
  let folder: string;
  let file: string;
  let remove: () => void;
  let opened: Outbox[];

  beforeEach(() => {
    ({ folder: parent, remove } = temporaryFolder());
    folder = join(parent, 'email-app', 'app1');
    file = join(folder, 'app.sqlite');
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map((outbox) => outbox.close()));
    remove();
  });

  const open = async (options: Partial<StoreOptions> = {}) => {
    const outbox = await openTestOutbox(folder, options);
    opened.push(outbox);
    return outbox;
  };
  const openAndClose = async () => (await open()).close();
  const sql = (text: string) => {
    const database = new DatabaseSync(file);
    database.exec(text);
    database.close();
  };
  const inOtherProcess = () => {
    const script = fileURLToPath(new URL('../../support/open-and-close-outbox.ts', import.meta.url));
    return execFileSync(process.execPath, [script, folder], { encoding: 'utf8', timeout: 8000 });
  };

  it('makes a folder and files that only this user can read', async () => {
    const outbox = await open();
    await outbox.accept(newRequest(['a@a.example'], { content: largeContent }));
    const modes = ['', 'app.sqlite', 'app.sqlite-wal', 'spool', 'spool/mail-1'].map((name) =>
      (statSync(join(folder, name)).mode & 0o777).toString(8),
    );
    assert.deepEqual(modes, ['700', '600', '600', '700', '600']);
    await outbox.close();
  });

  it('lets no second process in, and no second opening of the same process', async () => {
    const outbox = await open();
    assert.equal(inOtherProcess(), 'store-in-use');
    await assert.rejects(open(), hasCode('store-in-use', false));
    assert.equal(inOtherProcess(), 'store-in-use');
    await outbox.accept(newRequest(['a@a.example']));
    await outbox.close();
  });

  it('does not keep the process alive once closed, and leaves no log behind', () => {
    assert.equal(inOtherProcess(), 'closed');
    assert.deepEqual(readdirSync(folder).sort(), ['app.sqlite', 'spool']);
  });

  it('refuses a file of a newer version, and leaves it as it is', async () => {
    await openAndClose();
    sql('PRAGMA user_version = 99');
    await assert.rejects(open(), hasCode('store-newer', false));
    sql('SELECT * FROM part');
  });

  it('refuses what is no database', async () => {
    await openAndClose();
    writeFileSync(file, 'This is a letter, not a database. '.repeat(100));
    await assert.rejects(open(), hasCode('store-corrupt', false));
  });

  it('refuses the database of another program', async () => {
    await openAndClose();
    sql('PRAGMA application_id = 7');
    await assert.rejects(open(), hasCode('store-corrupt', false));
  });

  it('refuses half a file', async () => {
    await openAndClose();
    truncateSync(file, statSync(file).size / 2);
    await assert.rejects(open(), hasCode('store-corrupt', false));
  });

  it('checks a file whose last run was cut off', async () => {
    const outbox = await open();
    for (let n = 0; n < 20; n += 1)
      await outbox.accept(newRequest([`a${n}@a.example`], { message: 'x'.repeat(9000) }));
    await outbox.close();
    overwriteSomePages(file);
    writeFileSync(`${file}-wal`, 'cut off');
    await assert.rejects(open(), hasCode('store-corrupt', false));
  });

  it('says that a folder cannot be used', async () => {
    writeFileSync(join(parent, 'email-app'), 'a file where the folder should be');
    await assert.rejects(open(), hasCode('store-unavailable', true));
  });

  it('lets go of the database when the spool cannot be used', async () => {
    await openAndClose();
    rmSync(join(folder, 'spool'), { recursive: true });
    writeFileSync(join(folder, 'spool'), 'a file where the folder should be');
    await assert.rejects(open(), hasCode('store-unavailable', true));
    rmSync(join(folder, 'spool'));
    await openAndClose();
  });

  it('needs Node 22.13', async () => {
    for (const nodeVersion of ['20.20.2', 'v22.9.0', '22.12.0'])
      await assert.rejects(open({ nodeVersion }), hasCode('needs-newer-node', false));
    assert.equal(existsSync(folder), false);
    for (const nodeVersion of ['22.13.0', 'v24.0.0']) await (await open({ nodeVersion })).close();
  });

  it('fails every call when its thread dies', async () => {
    const workerFile = new URL('../../support/dying-store-worker.ts', import.meta.url);
    const outbox = await open({ workerFile });
    const calls = [outbox.counts(0), outbox.find('a')];
    for (const call of calls) await assert.rejects(call, hasCode('store-unavailable', true));
    await assert.rejects(outbox.counts(0), hasCode('store-unavailable', true));
    await outbox.close();
  });

  it('keeps large contents as files as long as their request, and sweeps what a crash left', async () => {
    const spool = () => readdirSync(join(folder, 'spool')).sort();
    let outbox = await open();
    await outbox.accept(newRequest(['a@a.example'], { id: '1', content: largeContent }));
    await outbox.accept(newRequest(['b@a.example'], { id: '2', content: largeContent, reports: false }));
    await outbox.accept(newRequest(['c@a.example'], { id: '3' }));
    assert.deepEqual(spool(), ['mail-1', 'mail-2']);
    await outbox.cancel(['b'], 2000);
    await outbox.prune(3000, 0);
    assert.deepEqual(spool(), ['mail-1']);
    await outbox.close();
    for (const name of ['mail-2', 'mail-9.part', 'inbound-7'])
      writeFileSync(join(folder, 'spool', name), 'x');
    outbox = await open();
    assert.deepEqual(spool(), ['inbound-7', 'mail-1']);
    const [entry] = await outbox.claim(1, 2000);
    assert.deepEqual(await outbox.content(entry?.contentId ?? 0), largeContent);
    await outbox.close();
  });
});

const largeContent = { ...someContent, text: 'x'.repeat(300_000) };

function overwriteSomePages(file: string): void {
  const handle = openSync(file, 'r+');
  const noise = Buffer.alloc(4096, 0xee);
  for (let page = 4; page < 8; page += 1) writeSync(handle, noise, 0, noise.length, page * 4096);
  closeSync(handle);
}
