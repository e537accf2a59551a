import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { type BatchContext, runBatch, type StoreReply } from '../../../nodes/lib/store/run-batch.ts';
import { storeFailure } from '../../../nodes/lib/store/store-failure.ts';

describe('runBatch', () => {
  let database: DatabaseSync;
  let context: BatchContext;
  let commits: number;
  const values = () =>
    database
      .prepare('SELECT value FROM thing')
      .all()
      .map((row) => row.value);
  const run = (...calls: [name: string, input: unknown][]) =>
    runBatch(
      context,
      calls.map(([name, input]) => ({ name, input })),
    ).map(outline);

  beforeEach(() => {
    commits = 0;
    database = new DatabaseSync(':memory:');
    database.exec('CREATE TABLE thing (value ANY NOT NULL)');
    const insert = database.prepare('INSERT INTO thing VALUES (?)');
    const add = (value: string | null) => Number(insert.run(value).changes);
    const afterCommit: (() => void)[] = [];
    const operations = {
      add,
      refuse: (value: string) => {
        add(value);
        throw new EmailError('queue-full', { retryable: true });
      },
      tellAndRefuse: () => {
        afterCommit.push(() => {
          commits += 1;
        });
        throw new EmailError('queue-full', { retryable: true });
      },
      fill: (size: number) => {
        for (let written = 0; written < size; written += 1000) add('x'.repeat(1000));
      },
      addAndTell: (value: string | null) => {
        afterCommit.push(() => {
          assert.equal(database.isTransaction, false);
          commits += 1;
        });
        return add(value);
      },
    };
    const explain = (thrown: unknown) => storeFailure(thrown, 'folder', 'file');
    context = { database, operations, afterCommit, explain, reserve: { spend: (work) => work() } };
  });
  afterEach(() => database.close());

  it('answers every call in order', () => {
    assert.deepEqual(run(['add', 'a'], ['add', 'b']), [1, 1]);
    assert.deepEqual(values(), ['a', 'b']);
  });

  it('undoes what a refusing operation wrote, and nothing else', () => {
    assert.deepEqual(run(['add', 'a'], ['refuse', 'b'], ['add', 'c']), [1, 'queue-full', 1]);
    assert.deepEqual(values(), ['a', 'c']);
  });

  it('fails only the call whose SQL fails', () => {
    assert.deepEqual(run(['add', 'a'], ['add', null], ['add', 'c']), [1, 'internal-error', 1]);
    assert.deepEqual(values(), ['a', 'c']);
  });

  it('fails only the call that finds the disk full, as retryable', () => {
    database.exec('PRAGMA max_page_count = 10');
    const failures = runBatch(context, [
      { name: 'add', input: 'a' },
      { name: 'fill', input: 100_000 },
      { name: 'add', input: 'c' },
    ]);
    assert.deepEqual(failures.map(outline), [1, 'store-unavailable', 1]);
    assert.deepEqual(failures[1], {
      failure: {
        code: 'store-unavailable',
        detail: { value: 'folder', why: 'the disk is full' },
        field: undefined,
        retryable: true,
      },
    });
    assert.deepEqual(values(), ['a', 'c']);
  });

  it('does what follows a commit once, and only for what was committed', () => {
    assert.deepEqual(run(['addAndTell', 'a'], ['addAndTell', null]), [1, 'internal-error']);
    assert.equal(commits, 1);
    assert.deepEqual(run(['add', 'b']), [1]);
    assert.equal(commits, 1);
    assert.deepEqual(run(['addAndTell', 'c'], ['tellAndRefuse', 'd']), [1, 'queue-full']);
    assert.equal(commits, 2);
  });

  it('fails a call that no room knows', () => {
    assert.deepEqual(run(['nonsense', 1], ['add', 'a']), ['internal-error', 1]);
  });
});

function outline(reply: StoreReply): unknown {
  return 'failure' in reply ? reply.failure.code : reply.value;
}
