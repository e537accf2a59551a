import assert from 'node:assert/strict';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { inboundTally } from '../../../nodes/lib/store/inbound-tally.ts';
import { applicationId, migrations } from '../../../nodes/lib/store/schema.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { megabytes, pieces } from '../../support/pieces.ts';
import { openTestQueue } from '../../support/sqlite-inbound.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';
import { describeInboundQueue, someFacts } from './inbound-contract.ts';

const limit = 40_000_000;

describeInboundQueue('sqliteInboundQueue', async () => {
  const { folder, remove } = temporaryFolder();
  let opened = await openTestQueue(folder);
  return {
    async open(maxBytes) {
      await opened.close();
      opened = await openTestQueue(folder, undefined, maxBytes);
      return opened.queue;
    },
    dispose: async () => {
      await opened.close();
      remove();
    },
  };
});

describe('sqliteInboundQueue on its disk', () => {
  let folder: string;
  let remove: () => void;
  let opened: Awaited<ReturnType<typeof openTestQueue>>;

  beforeEach(async () => {
    ({ folder, remove } = temporaryFolder());
    opened = await openTestQueue(folder);
  });
  afterEach(async () => {
    await opened.close();
    remove();
  });

  const reopen = async () => {
    await opened.close();
    opened = await openTestQueue(folder);
  };
  const files = () => readdirSync(join(folder, 'spool'));

  it('finds after a start what was begun, with its tries counted, and what waited', async () => {
    await opened.queue.accept(pieces('one'), someFacts, limit);
    await opened.queue.accept(megabytes(1), someFacts, limit);
    await opened.queue.begin();
    await opened.queue.begin();
    await reopen();
    const mails = [await opened.queue.begin(), await opened.queue.begin()];
    assert.deepEqual(
      mails.map((mail) => [mail?.size, mail?.attempts]),
      [
        [3, 1],
        [1_000_000, 1],
      ],
    );
    assert.deepEqual(
      mails.map((mail) => statSync(String(mail?.file)).size),
      [3, 1_000_000],
    );
  });

  it('keeps a small mail in its row, and a large one in a file that only this user can read', async () => {
    await opened.queue.accept(pieces('small'), someFacts, limit);
    assert.deepEqual(files(), []);
    const { id } = await opened.queue.accept(megabytes(1), someFacts, limit);
    assert.deepEqual(files(), [`inbound-${id}.eml`]);
    assert.equal(statSync(join(folder, 'spool', `inbound-${id}.eml`)).mode & 0o777, 0o600);
  });

  it('sweeps files of mails that were never accepted or are done, and no other', async () => {
    const { id } = await opened.queue.accept(megabytes(1), someFacts, limit);
    const { id: poison } = await opened.queue.accept(pieces('poison'), someFacts, limit);
    await opened.queue.begin();
    await opened.queue.begin();
    await opened.queue.setAside(poison, 'it fails', 1);
    for (const name of ['inbound-orphan.eml', 'inbound-cut.eml.part', 'notes.txt'])
      writeFileSync(join(folder, 'spool', name), 'x');
    await reopen();
    assert.deepEqual(files().sort(), [`inbound-${id}.eml`, `inbound-${poison}.eml`, 'notes.txt'].sort());
  });

  it('leaves no file of a mail that was too large, known already, or cut off', async () => {
    await assertRefused(() => opened.queue.accept(megabytes(2), someFacts, 1_000_000), 'mail-too-large');
    const keyed = { ...someFacts, sourceKey: 'k' };
    await opened.queue.accept(pieces('small'), keyed, limit);
    await opened.queue.accept(megabytes(1), keyed, limit);
    const broken = async function* () {
      yield* megabytes(1);
      throw new Error('cut');
    };
    await assert.rejects(opened.queue.accept(broken(), someFacts, limit), /cut/);
    assert.deepEqual(files(), []);
  });

  it('refuses a large mail while the disk is low, also when it runs low in the middle', async () => {
    await opened.close();
    let free = 100_000_000;
    opened = await openTestQueue(folder, async () => (free -= 10_000_000));
    const error = await assertRefused(
      () => opened.queue.accept(megabytes(10), someFacts, limit),
      'disk-full',
    );
    assert.equal(error.retryable, true);
    assert.deepEqual(files(), []);
    free = 1e9;
    await opened.queue.accept(megabytes(1), someFacts, limit);
  });

  it('reads no mail that it has no room for, once it knows', async () => {
    await opened.close();
    opened = await openTestQueue(folder, undefined, 1);
    const taken = await opened.queue.accept(pieces('one'), someFacts, limit);
    let isRead = false;
    const mail = async function* () {
      isRead = true;
      yield* megabytes(1);
    };
    for (const expected of [true, false]) {
      isRead = false;
      await assertRefused(() => opened.queue.accept(mail(), someFacts, limit), 'inbound-full');
      assert.equal(isRead, expected);
    }
    assert.deepEqual(files(), []);
    await opened.queue.begin();
    await opened.queue.done(taken.id);
    await opened.queue.accept(mail(), someFacts, limit);
  });

  it('knows after a start, and after a crash, how much room is taken', async () => {
    await opened.queue.accept(megabytes(1), someFacts, limit);
    await opened.close();
    opened = await openTestQueue(folder, undefined, 1_000_000);
    await assertRefused(() => opened.queue.accept(pieces('one'), someFacts, limit), 'inbound-full');
    assert.deepEqual(await opened.queue.counts(), { waiting: 1, setAside: 0 });
  });

  it('counts what an older version left, and keeps for its whole time what was acted on', async () => {
    await opened.close();
    rmSync(join(folder, 'app.sqlite'), { force: true });
    const old = new DatabaseSync(join(folder, 'app.sqlite'));
    const before = migrations.indexOf(inboundTally);
    for (const step of migrations.slice(0, before)) old.exec(step);
    old.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${before}`);
    const insert = old.prepare(
      `INSERT INTO inbound (id, state, size, acted, aside_at, why, facts, bytes) VALUES (?, ?, 3, ?, 1, '', ?, ?)`,
    );
    const facts = JSON.stringify(someFacts);
    for (const [id, state] of ['waiting', 'begun', 'aside'].entries())
      insert.run(String(id), state, 1, facts, Buffer.from('old'));
    old.close();
    const now = Date.now();
    opened = await openTestQueue(folder, undefined, 9);
    assert.deepEqual(await opened.queue.counts(), { waiting: 2, setAside: 1 });
    assert.equal(await opened.queue.forgetWaiting(now - 60_000), 0);
    await assertRefused(() => opened.queue.accept(pieces('one'), someFacts, limit), 'inbound-full');
    assert.equal(await opened.queue.forgetWaiting(now + 60_000), 2);
    await opened.queue.accept(pieces('one'), someFacts, limit);
  });

  it('tells that the folder cannot be written', async () => {
    rmSync(join(folder, 'spool'), { recursive: true });
    const error = await assertRefused(
      () => opened.queue.accept(megabytes(1), someFacts, limit),
      'store-unavailable',
    );
    assert.equal(error.retryable, true);
  });

  it('gives a mail back to its place if it cannot be laid out for reading', async () => {
    await opened.queue.accept(pieces('one'), someFacts, limit);
    rmSync(join(folder, 'spool'), { recursive: true });
    await assertRefused(() => opened.queue.begin(), 'store-unavailable');
    await reopen();
    assert.equal((await opened.queue.begin())?.attempts, 0);
  });

  it('leaves no copies of small mails that wait for a node, and keeps the file of a large one', async () => {
    await opened.queue.accept(pieces('one'), someFacts, limit);
    await opened.queue.accept(megabytes(1), someFacts, limit);
    const [small, large] = [await opened.queue.begin(true), await opened.queue.begin(true)];
    assert.equal(files().length, 2);
    for (const mail of [small, large]) await opened.queue.putBack(String(mail?.id), 'acted', 5000);
    assert.deepEqual(files(), [`inbound-${large?.id}.eml`]);
  });

  it('takes nothing more once it is closed', async () => {
    await opened.close();
    await assertRefused(() => opened.queue.accept(megabytes(1), someFacts, limit), 'app-closed');
    assert.deepEqual(files(), []);
  });
});
