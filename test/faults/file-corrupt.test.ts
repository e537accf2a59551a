import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EmailError } from '../../nodes/lib/kernel/errors.ts';
import { openDatabase } from '../../nodes/lib/store/open-database.ts';
import { storeFailure } from '../../nodes/lib/store/store-failure.ts';
import { assertRefused } from '../support/assert-refused.ts';
import { temporaryFolder } from '../support/sqlite-outbox.ts';
import { openTestStore } from '../support/sqlite-suppressions.ts';
import { everybodyGone, fill, questions } from './filled-store.ts';

const pageSize = 4096;
type Answers = Record<string, string>;

/** What a disk does to a page. */
const damages: Record<string, (page: Buffer) => void> = {
  'is zeros': (page) => page.fill(0),
  'is noise': (page) => page.fill(0xee),
  'is half zeros': (page) => page.fill(0, pageSize / 2),
  'has a wrong first byte': (page) => page.writeUInt8(page.readUInt8(0) ^ 0xff, 0),
};

describe('a damaged database', function () {
  this.timeout(60_000);
  let parent: string;
  let whole: string;
  let bytes: Buffer;
  let trees: { name: string; rootpage: number }[];
  let right: Answers;
  let remove: () => void;

  before(async () => {
    ({ folder: parent, remove } = temporaryFolder());
    whole = join(parent, 'whole');
    const store = await openTestStore(whole, { now: 5000 });
    await fill(store);
    await store.close();
    bytes = readFileSync(join(whole, 'app.sqlite'));
    const database = new DatabaseSync(join(whole, 'app.sqlite'), { readOnly: true });
    trees = database
      .prepare('SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 1')
      .all() as unknown as typeof trees;
    database.close();
    right = await ask(copyOf(bytes));
  });
  after(() => remove());

  /** An app's folder with this for its database. */
  function copyOf(database: Uint8Array, log?: Uint8Array): string {
    const folder = join(parent, 'copy');
    rmSync(folder, { recursive: true, force: true });
    cpSync(whole, folder, { recursive: true });
    writeFileSync(join(folder, 'app.sqlite'), database);
    if (log) writeFileSync(join(folder, 'app.sqlite-wal'), log);
    return folder;
  }
  function damaged(rootpage: number, damage: (page: Buffer) => void): Buffer {
    const copy = Buffer.from(bytes);
    damage(copy.subarray((rootpage - 1) * pageSize, rootpage * pageSize));
    return copy;
  }

  it('answers all these questions when it is whole', () => {
    assert.deepEqual(Object.keys(right), Object.keys(questions));
    assert.deepEqual(JSON.parse(right['who left'] ?? ''), everybodyGone);
    for (const [question, answer] of Object.entries(right)) assert.ok(answer.length > 2, question);
  });

  it('is refused or gives right answers, whichever table or index is hit, after a clean end and a crash', async () => {
    let refused = 0;
    for (const [index, { name, rootpage }] of trees.entries())
      for (const [kind, damage] of Object.entries(damages).filter((_, at) => at % 2 === (index >> 1) % 2)) {
        const log = index % 2 === 0 ? undefined : Buffer.from('cut off');
        const copy = () => copyOf(damaged(rootpage, damage), log);
        // most go no further, and a thread costs a hundred times more
        const answers = opens(copy()) ? await ask(copy()) : { opening: 'store-corrupt' };
        if (answers.opening) refused += 1;
        else assert.deepEqual(answers, right, `a page of ${name} ${kind}`);
      }
    // what is empty is right however it was damaged
    assert.ok(refused > trees.length * 1.75, `only ${refused} of ${trees.length * 2}`);
  });

  it('is refused when half of a page of the list is gone, however large it is', async () => {
    const folder = copyOf(bytes);
    const file = join(folder, 'app.sqlite');
    const database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
    database.exec('INSERT INTO content VALUES (9999, NULL, zeroblob(140000000))');
    database.close();
    const large = readFileSync(file);
    const zeros = Buffer.alloc(pageSize / 2);
    writeFileSync(file, overwritten(large, rootOf('event'), zeros));
    const store = await openTestStore(folder, { now: 5000 });
    await assertRefused(() => store.events.read({ after: '0', limit: 1000 }), 'store-corrupt');
    assert.equal(store.health.trouble?.code, 'store-corrupt');
    await store.close();
    writeFileSync(file, overwritten(large, rootOf('suppression'), zeros));
    await assertRefused(() => openTestStore(folder), 'store-corrupt');
  });

  it('is refused when the list lost entries without a trace', async () => {
    const folder = copyOf(bytes);
    const database = new DatabaseSync(join(folder, 'app.sqlite'));
    database.exec(`DELETE FROM suppression WHERE address = '${everybodyGone[3]}'`);
    database.close();
    const { message } = await assertRefused(() => openTestStore(folder), 'store-corrupt');
    assert.match(message, /not as many entries.*Restore it from a backup/);
    const other = new DatabaseSync(join(copyOf(bytes), 'app.sqlite'));
    other.exec('DELETE FROM suppression_state');
    other.close();
    await assertRefused(() => openTestStore(folder), 'store-corrupt');
  });

  const headers: Record<string, (file: Buffer) => Uint8Array> = {
    'of zero length': () => Buffer.alloc(0),
    'whose header is noise': (file) => file.fill(0xee, 0, 100),
    'whose magic is wrong by one bit': (file) => file.fill(file.readUInt8(3) ^ 1, 3, 4),
    'whose page size is wrong': (file) => file.fill(0x01, 16, 18),
    'of random bytes': (file) => Buffer.from(file.map((_, at) => (at * 7919 + 13) % 251)),
    'cut to one page': (file) => file.subarray(0, pageSize),
    'cut in the middle of a page': (file) => file.subarray(0, 20 * pageSize + 1000),
    'of zeros': (file) => file.fill(0),
  };
  for (const [what, change] of Object.entries(headers))
    it(`is refused when it is a file ${what}, and left as it is`, async () => {
      const changed = change(Buffer.from(bytes));
      const folder = copyOf(changed);
      const { message } = await assertRefused(() => openTestStore(folder), 'store-corrupt');
      assert.match(message, /app\.sqlite is damaged: .+ Restore it from a backup or move it away\.$/);
      assert.ok(readFileSync(join(folder, 'app.sqlite')).equals(changed));
    });

  it('is refused when it is missing beside the filter of a list, and begun anew without that', async () => {
    const folder = copyOf(bytes);
    rmSync(join(folder, 'app.sqlite'));
    const { message } = await assertRefused(() => openTestStore(folder), 'store-corrupt');
    assert.match(message, /it is missing, though a suppression list was kept in it/);
    rmSync(join(folder, 'suppression.filter'));
    const store = await openTestStore(folder);
    assert.equal(await store.suppressions.count(), 0);
    await store.close();
  });

  function rootOf(table: string): number {
    return trees.find(({ name }) => name === table)?.rootpage ?? assert.fail(table);
  }
});

function overwritten(file: Buffer, rootpage: number, with_: Buffer): Buffer {
  const copy = Buffer.from(file);
  with_.copy(copy, rootpage * pageSize - with_.length);
  return copy;
}

function opens(folder: string): boolean {
  const file = join(folder, 'app.sqlite');
  try {
    openDatabase(folder, file).close();
    return true;
  } catch (thrown) {
    assert.equal(storeFailure(thrown, folder, file).code, 'store-corrupt');
    return false;
  }
}

/** Each answer as text, or the code it was refused with; under every question that of an opening that was refused. */
async function ask(folder: string): Promise<Answers> {
  const answers: Answers = {};
  try {
    const store = await openTestStore(folder, { now: 5000 });
    for (const [name, question] of Object.entries(questions))
      answers[name] = await question(store).then((answer) => JSON.stringify(answer), codeOf);
    await store.close();
  } catch (thrown) {
    answers.opening = codeOf(thrown);
  }
  return answers;
}

function codeOf(thrown: unknown): string {
  return thrown instanceof EmailError ? thrown.code : String(thrown);
}
