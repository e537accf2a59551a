import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportSuppressions } from '../../../nodes/lib/suppression/export-suppressions.ts';
import { importSuppressions } from '../../../nodes/lib/suppression/import-suppressions.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';
import { openTestStore } from '../../support/sqlite-suppressions.ts';
import { describeSuppressionList } from './suppression-contract.ts';

describeSuppressionList('sqliteSuppressionList', async () => {
  const { folder, remove } = temporaryFolder();
  return {
    open: async (options) => {
      const { suppressions, close } = await openTestStore(join(folder, 'app'), options);
      return { list: suppressions, close };
    },
    dispose: async () => remove(),
  };
});

describe('sqliteSuppressionList, in its file', () => {
  it('keeps nothing of who was erased, nor of evidence that was deleted, also in free space', async () => {
    const { folder, remove } = temporaryFolder();
    const { suppressions, events, close } = await openTestStore(folder);
    const evidence = { ip: '203.0.113.77', userAgent: 'Browser of Zelda' };
    const entry = { cause: 'unsubscribe', method: 'page', at: 1000, evidence } as const;
    const [gone, erased] = ['yvonne@a.example', 'zelda@a.example'];
    const others = Array.from({ length: 300 }, (_, n) => ({
      ...entry,
      address: `u${n}@a.example`,
      evidence: {},
    }));
    await suppressions.add(others);
    await suppressions.add([gone, erased].map((address) => ({ ...entry, address })));
    await suppressions.remove({ address: gone, method: 'api', at: 2000 });
    await suppressions.erase(erased, 3000);
    await suppressions.prune(4000, 4000);
    await events.prune(4000);
    await close();
    const bytes = readFileSync(join(folder, 'app.sqlite'));
    const left = [gone, erased, ...Object.values(evidence)].filter((text) => bytes.includes(text));
    assert.deepEqual(left, []);
    remove();
  });
});

describe('sqliteSuppressionList, in its file, of a long text', () => {
  it('keeps nothing once it was pruned, also where nothing is rewritten', async () => {
    const { folder, remove } = temporaryFolder();
    const { suppressions, close } = await openTestStore(folder);
    const evidence = { userAgent: 'Browser of Zelda '.repeat(900) };
    const entries = Array.from(
      { length: 50 },
      (_, n) =>
        ({ address: `u${n}@a.example`, cause: 'unsubscribe', method: 'page', at: 1000, evidence }) as const,
    );
    await suppressions.add(entries);
    await suppressions.prune(4000, 4000);
    await close();
    assert.equal(readFileSync(join(folder, 'app.sqlite')).includes('Browser of Zelda'), false);
    remove();
  });
});

describe('importSuppressions and exportSuppressions, on disk', () => {
  it('bring a list from one app to another, whose key differs', async () => {
    const { folder, remove } = temporaryFolder();
    const [from, to] = await Promise.all(['from', 'to'].map((name) => openTestStore(join(folder, name))));
    const now = Date.UTC(2026, 10, 23);
    const rows = Array.from({ length: 3000 }, (_, n) => `u${n}@a.example,${n % 2 ? 'news' : ''},,,"a, b"\n`);
    assert(from && to);
    const first = await importSuppressions(onceOf(rows.join('')), { list: from.suppressions, now });
    assert.deepEqual([first.imported, first.added], [true, 3000]);
    const second = await importSuppressions(exportSuppressions(from.suppressions), {
      list: to.suppressions,
      now,
    });
    assert.deepEqual([second.imported, second.added, second.bad], [true, 3000, 0]);
    const entryOf = async ({ suppressions }: typeof to) =>
      (await suppressions.find(['u7@a.example'], now)).get('u7@a.example');
    assert.deepEqual(await entryOf(to), await entryOf(from));
    assert.equal((await entryOf(to))?.[0]?.listTopic, 'news');
    const refused = await importSuppressions(onceOf('x@a.example\nnobody\n'), { list: to.suppressions, now });
    assert.deepEqual([refused.imported, await to.suppressions.count()], [false, 3000]);
    await Promise.all([from.close(), to.close()]);
    remove();
  });
});

async function* onceOf(text: string) {
  yield text;
}
