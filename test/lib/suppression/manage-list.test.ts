import assert from 'node:assert/strict';
import { manageList } from '../../../nodes/lib/suppression/manage-list.ts';
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
