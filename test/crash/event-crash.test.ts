import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openFeed } from '../../nodes/lib/event/feed.ts';
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import { temporaryFolder } from '../support/sqlite-outbox.ts';
import { openTestStore } from '../support/sqlite-suppressions.ts';

const script = fileURLToPath(new URL('event-load.ts', import.meta.url));
const kills = 12;

describe('an event log whose process is killed', function () {
  this.timeout(120_000);
  const { folder: parent, remove } = temporaryFolder();
  const folder = join(parent, 'app');
  after(remove);

  const happened: string[] = [];
  /** Ids in the order they were had, and what they were about. */
  const had: [string, string][] = [];

  async function runAndKill(run: number): Promise<void> {
    const log = join(parent, `${run}.log`);
    const output = openSync(log, 'a');
    const child = spawn(process.execPath, [script, folder, String(run)], {
      stdio: ['ignore', output, 'inherit'],
    });
    // opening takes long on a busy machine
    while (statSync(log).size === 0) await wait(10);
    await wait(50 + Math.random() * 300);
    child.kill('SIGKILL');
    const [, signal] = await once(child, 'exit');
    closeSync(output);
    assert.equal(signal, 'SIGKILL', 'the process ended before it was killed');
    const text = readFileSync(log, 'utf8');
    // the last line may be cut off in the middle
    for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) {
      const [verb, ...words] = line.split(' ');
      assert.notEqual(verb, 'trouble', line);
      if (verb === 'happened') happened.push(String(words[0]));
      if (verb === 'had') had.push([String(words[0]), String(words[1])]);
    }
  }

  /** What is still to come, without a crash. */
  async function readRest(): Promise<void> {
    const owner = { appId: 'app00001', name: 'Shop' };
    const store = await openTestStore(folder, { now: Date.now(), owner });
    const end = await store.events.end();
    const options = { reader: 'reader', clock: systemClock, random: Math.random, onTrouble: assert.fail };
    const feed = openFeed({
      events: store.events,
      ...options,
      deliver: async ({ id, type, recipient, code }) => {
        had.push([id, `${type}:${type === 'email.queued' ? recipient : (code ?? recipient)}`]);
      },
    });
    while ((await store.events.position('reader')) !== end) await wait(20);
    await feed.close();
    await store.close();
  }

  it('gives a reader all of it, in order, over many kills; twice at most what was last', async () => {
    for (let run = 0; run < kills; run += 1) await runAndKill(run);
    await readRest();
    const facts = new Set(had.map(([, fact]) => fact));
    // the reader begins a moment after the first process
    const first = happened.findIndex((fact) => facts.has(fact));
    assert.deepEqual(
      happened.slice(first).filter((fact) => !facts.has(fact)),
      [],
      'happened and never told',
    );
    const ids = had.map(([id]) => id);
    const sequences = ids.map((id) => Number.parseInt(id.split('-')[1] ?? '', 36));
    const backwards = sequences.filter((sequence, index) => sequence <= (sequences[index - 1] ?? 0));
    assert.ok(backwards.length <= kills, 'told again only after a kill');
    assert.ok(ids.length - new Set(ids).size <= kills * 100, 'no more than a page of them');
    assert.ok(happened.length > 200, `the processes did too little to prove a thing: ${happened.length}`);
  });
});
