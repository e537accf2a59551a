import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ListProgress, manageList } from '../../../nodes/lib/suppression/manage-list.ts';
import type { NewSuppression } from '../../../nodes/lib/suppression/suppression-list.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { type MemorySuppressionList, memorySuppressionList } from '../../support/memory-suppression-list.ts';

const now = Date.UTC(2026, 10, 23);
const address = 'ann@example.net';

describe('manageList', () => {
  let suppressions: MemorySuppressionList;
  beforeEach(() => {
    suppressions = memorySuppressionList();
  });

  const manage = (payload: unknown) =>
    manageList(payload, { suppressions, now }) as Promise<Record<string, unknown>>;
  const put = (more: Partial<NewSuppression>) =>
    suppressions.add([{ address, cause: 'unsubscribe', method: 'page', at: now, ...more }]);

  it('adds an address by hand, once', async () => {
    const request = { action: 'add', address, listTopic: 'news', detail: 'asked on the phone' };
    assert.deepEqual(await manage(request), { action: 'add', address, listTopic: 'news', added: true });
    assert.equal((await manage(request)).added, false);
    const [entry] = (await suppressions.list({ limit: 1 })).entries;
    assert.deepEqual(
      [entry?.cause, entry?.method, entry?.at, entry?.detail],
      ['manual', 'api', now, request.detail],
    );
  });

  it('adds a whole domain', async () => {
    assert.equal(
      (await manage({ action: 'add', address: '@Bücher.example' })).address,
      '@xn--bcher-kva.example',
    );
    assert.equal((await manage({ action: 'check', address: 'x@bücher.example' })).held, true);
  });

  it('lets only what may expire expire', async () => {
    const expiresAt = now + 1000;
    assert.equal((await manage({ action: 'add', address, expiresAt })).added, true);
    await assertRefused(
      () => manage({ action: 'add', address, cause: 'complaint', expiresAt }),
      'bad-time',
      'expiresAt',
    );
  });

  it('adds nothing that would hold nobody', async () => {
    await assertRefused(() => manage({ action: 'add', address, expiresAt: now }), 'bad-time', 'expiresAt');
  });

  it('removes an address from where it says, and nowhere else', async () => {
    await put({});
    await put({ listTopic: 'news' });
    assert.deepEqual(await manage({ action: 'remove', address, listTopic: 'news' }), {
      action: 'remove',
      address,
      listTopic: 'news',
      removed: true,
    });
    assert.equal((await manage({ action: 'remove', address, listTopic: 'news' })).removed, false);
    assert.equal(await suppressions.count(), 1);
  });

  for (const cause of ['complaint', 'hard-bounce'] as const) {
    it(`removes a ${cause} only when that is confirmed`, async () => {
      await put({ cause });
      await assertRefused(() => manage({ action: 'remove', address }), 'confirmation-needed', 'confirm');
      await assertRefused(
        () => manage({ action: 'remove', address, confirm: false }),
        'confirmation-needed',
        'confirm',
      );
      assert.equal((await manage({ action: 'remove', address, confirm: true })).removed, true);
    });
  }

  it('keeps a complaint that arrives while something else is removed', async () => {
    await put({});
    const find = suppressions.find;
    suppressions.find = async (...given) => {
      const found = await find(...given);
      await put({ cause: 'complaint' });
      return found;
    };
    assert.equal((await manage({ action: 'remove', address })).removed, true);
    const { entries } = await suppressions.list({ limit: 9 });
    assert.deepEqual(
      entries.map(({ cause }) => cause),
      ['complaint'],
    );
  });

  it('asks for a confirmation for an erased domain, and for none because of it', async () => {
    await put({ address: '@example.net', cause: 'complaint' });
    await put({});
    await manage({ action: 'erase', address: '@example.net' });
    assert.equal((await manage({ action: 'remove', address })).removed, true);
    await assertRefused(
      () => manage({ action: 'remove', address: '@example.net' }),
      'confirmation-needed',
      'confirm',
    );
    assert.equal((await manage({ action: 'remove', address: '@example.net', confirm: true })).removed, true);
  });

  it('says that somebody was erased, and brings their address back by no way', async () => {
    await put({});
    await manage({ action: 'erase', address });
    assert.deepEqual(await manage({ action: 'add', address }), {
      action: 'add',
      address,
      added: true,
      erased: true,
    });
    const { rows, added, erased } = await manage({ action: 'import', csv: `${address}\nbob@example.net\n` });
    assert.deepEqual([rows, added, erased], [2, 2, 1]);
    assert.doesNotMatch(JSON.stringify((await suppressions.list({ limit: 9 })).entries), /ann@/);
  });

  it('asks for no confirmation because of another entry', async () => {
    await put({});
    await put({ cause: 'complaint', listTopic: 'news' });
    await put({ cause: 'hard-bounce', address: '@example.net' });
    assert.equal((await manage({ action: 'remove', address })).removed, true);
  });

  it('checks an address as a mail would be', async () => {
    await put({ listTopic: 'news' });
    const { held, code, reason, entries } = await manage({ action: 'check', address, listTopic: 'news' });
    assert.deepEqual([held, code, (entries as object[]).length], [true, 'unsubscribed', 1]);
    assert.match(String(reason), /for news/);
    assert.equal(
      (await manage({ action: 'check', address, listTopic: 'news', class: 'transactional' })).held,
      false,
    );
    assert.deepEqual(await manage({ action: 'check', address: 'bob@example.net' }), {
      action: 'check',
      address: 'bob@example.net',
      held: false,
      entries: [],
    });
  });

  it('tells the history, and forgets a person while holding them', async () => {
    await put({});
    assert.equal((await manage({ action: 'erase', address })).erased, true);
    assert.equal((await manage({ action: 'erase', address: 'bob@example.net' })).erased, false);
    const { events } = await manage({ action: 'history', address });
    assert.deepEqual(
      (events as { action: string }[]).map(({ action }) => action),
      ['added', 'erased'],
    );
    assert.equal((await manage({ action: 'check', address })).held, true);
  });

  it('counts, and lists in pages', async () => {
    await put({});
    await put({ listTopic: 'news' });
    assert.equal((await manage({ action: 'count' })).count, 2);
    const first = await manage({ action: 'list', limit: 1 });
    const second = await manage({ action: 'list', limit: 1, after: first.next });
    assert.deepEqual(
      [(second.entries as { listTopic: string }[])[0]?.listTopic, second.next],
      ['news', undefined],
    );
  });

  it('imports what it exported, from a text or a Buffer', async () => {
    await put({ detail: 'a "quoted", reason' });
    await put({ address: 'bob@example.net', listTopic: 'news', cause: 'complaint' });
    const { csv } = await manage({ action: 'export' });
    for (const given of [csv, Buffer.from(String(csv))]) {
      suppressions = memorySuppressionList();
      const { imported, rows, added } = await manage({ action: 'import', csv: given });
      assert.deepEqual([imported, rows, added], [true, 2, 2]);
      assert.equal((await manage({ action: 'export' })).csv, String(csv).replaceAll(',page,', ',import,'));
    }
  });

  describe('with a file', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'email-app-lists-'));
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    const inFolder = (payload: object, progress: ListProgress[] = []) =>
      manageList(payload, {
        suppressions,
        now,
        fileFolder: join(folder, 'lists'),
        onProgress: (step) => progress.push(step),
      }) as Promise<Record<string, unknown>>;
    const list = Array.from({ length: 2500 }, (_, index) => ({ address: `reader${index}@example.net` }));

    it('writes and reads a long list a piece at a time', async () => {
      await mkdir(join(folder, 'lists'));
      await suppressions.add(list.map((one) => ({ ...one, cause: 'manual', method: 'api', at: now })));
      const progress: ListProgress[] = [];
      const { file, rows, csv } = await inFolder({ action: 'export', file: 'all.csv' }, progress);
      assert.deepEqual([file, rows, csv], ['all.csv', 2500, undefined]);
      assert.deepEqual(
        progress.map(({ rows }) => rows),
        [1000, 2000, 2500],
      );
      assert.deepEqual(await readdir(join(folder, 'lists')), ['all.csv']);
      suppressions = memorySuppressionList();
      const { added } = await inFolder({ action: 'import', file: join(folder, 'lists', 'all.csv') });
      assert.equal(added, 2500);
    });

    it('leaves the file of before when the list cannot be read to its end', async () => {
      await mkdir(join(folder, 'lists'));
      await writeFile(join(folder, 'lists', 'all.csv'), 'before');
      suppressions.fail();
      await assertRefused(() => inFolder({ action: 'export', file: 'all.csv' }), 'store-unavailable');
      assert.deepEqual(await readdir(join(folder, 'lists')), ['all.csv']);
      assert.equal(await readFile(join(folder, 'lists', 'all.csv'), 'utf8'), 'before');
    });

    it('touches nothing outside the folder, by path or by link', async () => {
      await mkdir(join(folder, 'lists'));
      await writeFile(join(folder, 'secret'), 'address\n');
      await symlink(join(folder, 'secret'), join(folder, 'lists', 'link.csv'));
      await symlink(join(folder, 'secret'), join(folder, 'lists', 'all.csv.part'));
      for (const file of ['../secret', join(folder, 'secret'), 'link.csv', '/etc/passwd', 'a\0b'])
        await assertRefused(() => inFolder({ action: 'import', file }), 'file-refused', 'file');
      await assertRefused(() => inFolder({ action: 'export', file: '../mine.csv' }), 'file-refused', 'file');
      await inFolder({ action: 'export', file: 'all.csv' });
      assert.equal(await readFile(join(folder, 'secret'), 'utf8'), 'address\n');
    });

    it('names what is wrong with the file', async () => {
      await mkdir(join(folder, 'lists', 'deep'), { recursive: true });
      await assertRefused(() => inFolder({ action: 'import', file: 'none.csv' }), 'bad-file', 'file');
      await assertRefused(() => inFolder({ action: 'import', file: 'deep' }), 'bad-file', 'file');
      await assertRefused(() => inFolder({ action: 'export', file: 'none/a.csv' }), 'bad-file', 'file');
    });

    it('takes no file as long as the app allows no folder, nor beside a text', async () => {
      await assertRefused(() => manage({ action: 'export', file: 'all.csv' }), 'file-refused', 'file');
      await assertRefused(
        () => inFolder({ action: 'import', file: 'a.csv', csv: 'b' }),
        'bad-request',
        'csv',
      );
    });
  });

  it('imports nothing of a text with a bad row, unless those are to be skipped', async () => {
    const csv = 'address\nann@example.net\nbad\n';
    const { imported, badRows } = await manage({ action: 'import', csv });
    assert.deepEqual(
      [imported, (badRows as { line: number }[])[0]?.line, await suppressions.count()],
      [false, 3, 0],
    );
    assert.equal((await manage({ action: 'import', csv, dryRun: true, skipBadRows: true })).imported, false);
    assert.equal((await manage({ action: 'import', csv, skipBadRows: true })).added, 1);
  });

  for (const [payload, field] of [
    [undefined, 'action'],
    ['count', 'action'],
    [{ action: 'drop' }, 'action'],
    [{ action: 'constructor' }, 'action'],
    [{ action: 'add' }, 'address'],
    [{ action: 'add', address: 7 }, 'address'],
    [{ action: 'add', address, listtopic: 'x' }, 'listtopic'],
    [{ action: 'add', address, listTopic: 'a b' }, 'listTopic'],
    [{ action: 'add', address, cause: 'spite' }, 'cause'],
    [{ action: 'remove', address, confirm: 'yes' }, 'confirm'],
    [{ action: 'list', limit: 5000 }, 'limit'],
    [{ action: 'import', csv: 7 }, 'csv'],
    [{ action: 'import' }, 'csv'],
  ] as const) {
    it(`refuses ${JSON.stringify(payload)}`, () =>
      assertRefused(() => manage(payload), 'bad-request', field));
  }

  it('refuses a bad address or domain', async () => {
    await assertRefused(() => manage({ action: 'add', address: 'a@b@c' }), 'bad-address', 'address');
    await assertRefused(() => manage({ action: 'add', address: '@-bad-' }), 'bad-address', 'address');
  });

  it('reports a list that cannot be read', async () => {
    suppressions.fail();
    await assertRefused(() => manage({ action: 'check', address }), 'store-unavailable');
  });
});
