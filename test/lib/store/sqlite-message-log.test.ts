import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { NewPart } from '../../../nodes/lib/outbound/outbox.ts';
import type { AppStore } from '../../../nodes/lib/store/open-app-store.ts';
import { newPart, newRequest } from '../../support/new-request.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';
import { openTestStore } from '../../support/sqlite-suppressions.ts';
import { describeMessageLog } from './message-log-contract.ts';

describeMessageLog('sqliteMessageLog', async () => {
  const { folder, remove } = temporaryFolder();
  const store = await openTestStore(folder, { maxWaiting: 10_000 });
  return {
    ...store,
    async dispose() {
      await store.close();
      remove();
    },
  };
});

describe('sqliteMessageLog on rows from before they were sealed', () => {
  const { folder, remove } = temporaryFolder();
  let store: AppStore;

  before(async () => {
    store = await openTestStore(folder);
    for (const [index, address] of ['ann@a.example', 'Bob@a.example', 'cat@a.example'].entries())
      await store.outbox.accept({
        ...newRequest([], { id: `${index}`, acceptedAt: 1000 + index }),
        parts: [clearPart(address)],
      });
    await store.close();
    writeInTheClear(folder, ['ann', 'Bob']);
    store = await openTestStore(folder);
    await store.outbox.accept(newRequest(['bob@a.example'], { acceptedAt: 2000 }));
  });
  after(async () => {
    await store.close();
    remove();
  });

  const idsOf = async (query: object) =>
    (await store.messageLog.search({ limit: 9, ...query })).messages.map(({ id }) => id);

  it('finds their recipients behind those of sealed rows', async () => {
    assert.deepEqual(await idsOf({ recipient: 'BOB@a.example' }), ['bob', 'Bob']);
    assert.deepEqual(await idsOf({ recipient: 'ann@a.example' }), ['ann']);
    const first = await store.messageLog.search({ recipient: 'bob@a.example', limit: 1 });
    assert.deepEqual(await idsOf({ recipient: 'bob@a.example', after: first.next }), ['Bob']);
  });

  it('finds who was a rider on them', async () => {
    assert.deepEqual(await idsOf({ recipient: 'cc@a.example' }), ['Bob', 'ann']);
  });

  it('opens and forgets them', async () => {
    const values = { code: 'ann@a.example' };
    assert.deepEqual((await store.messageLog.open('ann'))?.values, values);
    await store.outbox.cancel(['ann'], 3000);
    await store.messageLog.forgetContents(4000);
    assert.deepEqual(await idsOf({ recipient: 'ann@a.example' }), ['ann']);
  });
});

describe('sqliteMessageLog that forgets', () => {
  const { folder, remove } = temporaryFolder();
  after(remove);

  it('leaves nothing of the values in the row, were it sealed or not', async () => {
    const values = { code: 'x'.repeat(1000) };
    const parts = ['ann', 'bob'].map((id) => newPart(`${id}@a.example`, { values }));
    const store = await openTestStore(folder);
    await store.outbox.accept({ ...newRequest([]), parts });
    await store.outbox.cancel(['ann', 'bob'], 2000);
    await store.close();
    writeInTheClear(folder, ['bob']);
    const sizes = () =>
      rowsOf(folder, 'SELECT length(sealed) AS sealed, "values" FROM part ORDER BY position');
    assert.deepEqual(
      sizes().map(({ sealed, values: clear }) => [Number(sealed) > 1000, clear !== '']),
      [
        [true, false],
        [false, true],
      ],
    );
    const again = await openTestStore(folder);
    await again.messageLog.forgetContents(3000);
    await again.close();
    for (const { sealed, values: clear } of sizes()) {
      assert.ok(Number(sealed) > 0 && Number(sealed) < 200);
      assert.equal(clear, '');
    }
    assert.deepEqual(rowsOf(folder, 'SELECT * FROM content'), []);
  });
});

function clearPart(address: string): NewPart {
  return newPart(address, { values: { code: address }, riders: ['cc@a.example'] });
}

/** As it was before there was a seal. */
function writeInTheClear(folder: string, ids: readonly string[]): void {
  const database = new DatabaseSync(join(folder, 'app.sqlite'));
  const update = database.prepare(
    `UPDATE part SET person = NULL, sealed = NULL, recipient = ?, recipients = ?, riders = '["cc@a.example"]', "values" = ?
      WHERE id = ?`,
  );
  for (const id of ids) {
    const address = `${id}@a.example`;
    const [to, all, values] = [{ address }, [address], { code: address }].map((one) => JSON.stringify(one));
    update.run(to ?? '', all ?? '', values ?? '', id);
  }
  database.close();
}

function rowsOf(folder: string, sql: string) {
  const database = new DatabaseSync(join(folder, 'app.sqlite'), { readOnly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}
