import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assertRefused } from '../support/assert-refused.ts';
import { temporaryFolder } from '../support/sqlite-outbox.ts';
import { openTestStore } from '../support/sqlite-suppressions.ts';

const script = fileURLToPath(new URL('hold-store.ts', import.meta.url));

describe('two processes on one folder', function () {
  this.timeout(60_000);
  let folder: string;
  let remove: () => void;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    const parent = temporaryFolder();
    folder = join(parent.folder, 'app');
    remove = parent.remove;
  });
  afterEach(async () => {
    for (const child of children.splice(0)) await kill(child);
    remove();
  });

  /** What it says first. */
  async function start(id: string): Promise<{ child: ChildProcess; said: string }> {
    const child = spawn(process.execPath, [script, folder, id], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const [said] = await once(child.stdout ?? assert.fail(), 'data');
    return { child, said: String(said).trim() };
  }
  async function kill(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  it('are one that runs and one that says which folder is in use', async () => {
    const first = await start('first');
    assert.equal(first.said, 'open');
    const second = await start('second');
    assert.match(
      second.said,
      /^store-in-use The folder \S+app is already in use by another running program\.$/,
    );
    await assertRefused(() => openTestStore(folder), 'store-in-use');
    assert.equal((await start('third')).said.split(' ')[0], 'store-in-use');
  });

  it('lets the second in as soon as the first is killed, with all that it had accepted', async () => {
    const first = await start('first');
    await kill(first.child);
    const second = await start('second');
    assert.equal(second.said, 'open');
    await kill(second.child);
    const store = await openTestStore(folder, { now: Date.now() });
    const found = await Promise.all(['first', 'second'].map((id) => store.outbox.find(id)));
    assert.deepEqual(
      found.map((part) => part?.state),
      ['queued', 'queued'],
    );
    await store.close();
  });

  it('opened by many at once, lets exactly one in', async () => {
    const said = await Promise.all(['a', 'b', 'c'].map(async (id) => (await start(id)).said.split(' ')[0]));
    assert.deepEqual(said.sort(), ['open', 'store-in-use', 'store-in-use']);
  });
});
