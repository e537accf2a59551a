import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Outbox } from '../../nodes/lib/outbound/outbox.ts';
import { openTestOutbox, temporaryFolder } from '../support/sqlite-outbox.ts';

const script = fileURLToPath(new URL('outbox-load.ts', import.meta.url));

/** What a killed process had written: the parts it said were accepted, claimed and settled. */
interface Said {
  readonly accepted: string[];
  readonly claimed: string[];
  readonly settled: Map<string, string>;
}

describe('an outbox whose process is killed', function () {
  this.timeout(120_000);
  let parent: string;
  let folder: string;
  let remove: () => void;

  beforeEach(() => {
    ({ folder: parent, remove } = temporaryFolder());
    folder = join(parent, 'app');
  });
  afterEach(() => remove());

  /** Lets a process work on the folder and kills it at a random moment: every third while it opens, the others at work. */
  async function runAndKill(run: number, mode: 'honest' | 'early'): Promise<Said> {
    const log = join(parent, `${run}.log`);
    const output = openSync(log, 'a');
    const child = spawn(process.execPath, [script, folder, String(run), mode], {
      stdio: ['ignore', output, 'inherit'],
    });
    if (mode === 'early' || run % 3 > 0) await untilWritten(log);
    await wait(Math.random() * 400);
    child.kill('SIGKILL');
    const [, signal] = await once(child, 'exit');
    closeSync(output);
    assert.equal(signal, 'SIGKILL', 'the process ended before it was killed');
    return readLog(readFileSync(log, 'utf8'));
  }

  async function withOutbox<Result>(look: (outbox: Outbox) => Promise<Result>): Promise<Result> {
    const outbox = await openTestOutbox(folder, { now: Date.now() });
    try {
      return await look(outbox);
    } finally {
      await outbox.close();
    }
  }

  const statesOf = async (outbox: Outbox, ids: readonly string[]) =>
    new Map(await Promise.all(ids.map(async (id) => [id, (await outbox.find(id))?.state] as const)));

  it('loses nothing accepted, and keeps what was settled, over 50 kills', async () => {
    const all: Said = { accepted: [], claimed: [], settled: new Map() };
    for (let run = 0; run < 50; run += 1) {
      const said = await runAndKill(run, 'honest');
      await withOutbox(async (outbox) => checkSaid(said, await statesOf(outbox, idsOf(said)), outbox));
      all.accepted.push(...said.accepted);
      all.claimed.push(...said.claimed);
      for (const [id, state] of said.settled) all.settled.set(id, state);
    }
    await withOutbox(async (outbox) => checkSettled(all, await statesOf(outbox, idsOf(all))));
    checkFile(join(folder, 'app.sqlite'));
    assert.ok(
      all.accepted.length > 1000 && all.settled.size > 1000,
      'the processes did too little to prove a thing',
    );
  });

  it('would be caught losing mail: a process that speaks too early is', async () => {
    let lost = 0;
    for (let run = 0; run < 10; run += 1) {
      const said = await runAndKill(run, 'early');
      const states = await withOutbox((outbox) => statesOf(outbox, said.accepted));
      lost += [...states.values()].filter((state) => state === undefined).length;
    }
    assert.ok(lost > 0);
  });
});

/** A busy machine takes its time to start a process. */
async function untilWritten(file: string): Promise<void> {
  const end = Date.now() + 30_000;
  while (statSync(file).size === 0 && Date.now() < end) await wait(10);
}

async function checkSaid(said: Said, states: ReadonlyMap<string, string | undefined>, outbox: Outbox) {
  checkSettled(said, states);
  const cutOff = said.claimed.filter((id) => !said.settled.has(id));
  // Its settling may have been committed although the process did not live to say so.
  for (const id of cutOff)
    assert.match(`${states.get(id)}`, /^(unknown|sent|failed|suppressed|expired)$/, id);
  assert.equal((await outbox.counts(Date.now())).sending, 0);
}

function checkSettled({ accepted, settled }: Said, states: ReadonlyMap<string, string | undefined>): void {
  const lost = accepted.filter((id) => states.get(id) === undefined);
  assert.deepEqual(lost, [], 'accepted and lost');
  const changed = [...settled].filter(([id, state]) => states.get(id) !== state);
  assert.deepEqual(changed, [], 'settled and changed');
}

function checkFile(file: string): void {
  const database = new DatabaseSync(file);
  const all = (sql: string) =>
    database
      .prepare(sql)
      .all()
      .map((row) => Object.values(row));
  assert.deepEqual(all('PRAGMA integrity_check'), [['ok']]);
  assert.deepEqual(all('PRAGMA foreign_key_check'), []);
  assert.deepEqual(
    all('SELECT id FROM request WHERE part_count <> (SELECT count(*) FROM part WHERE request = request.key)'),
    [],
  );
  const counted = `SELECT sum(state = 'held'), sum(state = 'queued'), sum(state = 'sending'), sum(state = 'unknown') FROM part`;
  assert.deepEqual(all('SELECT held, queued, sending, unknown FROM tally'), all(counted));
  database.close();
}

function idsOf({ accepted, claimed, settled }: Said): string[] {
  return [...new Set([...accepted, ...claimed, ...settled.keys()])];
}

/** The last line may be cut off in the middle. */
function readLog(text: string): Said {
  const said: Said = { accepted: [], claimed: [], settled: new Map() };
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  for (const line of lines) {
    const [verb, id = '', ...rest] = line.split(' ');
    if (verb === 'accepted') said.accepted.push(id, ...rest);
    if (verb === 'claimed') said.claimed.push(id);
    if (verb === 'settled') {
      assert.ok(!said.settled.has(id), `${id} was settled twice`);
      said.settled.set(id, String(rest[0]));
    }
  }
  return said;
}
