import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../support/sqlite-outbox.ts';
import { openTestStore } from '../support/sqlite-suppressions.ts';

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

type Mode = 'honest' | 'early' | 'drain';

/** What a process had written: of the webhooks that it accepted, and settled. */
interface Said {
  readonly accepted: string[];
  readonly delivered: string[];
  readonly failed: string[];
}

/** What the receiver wrote: posts, and when which run began. */
interface Post {
  readonly run: number;
  readonly isTaken: boolean;
  readonly id: string;
  readonly bodyId: string;
}

describe('webhooks whose process is killed', function () {
  this.timeout(240_000);
  let parent: string;
  let folder: string;
  let remove: () => void;
  let receiver: ChildProcess;
  let port: string;
  const received = () => join(parent, 'received.log');

  beforeEach(async () => {
    ({ folder: parent, remove } = temporaryFolder());
    folder = join(parent, 'app');
    const output = openSync(received(), 'a');
    receiver = spawn(process.execPath, [file('webhook-receiver.ts')], { stdio: ['pipe', output, 'inherit'] });
    closeSync(output);
    await untilWritten(received());
    port = readFileSync(received(), 'utf8').trim();
  });
  afterEach(async () => {
    receiver.stdin?.end();
    await once(receiver, 'exit');
    remove();
  });

  function start(run: number, mode: Mode) {
    receiver.stdin?.write(`run ${run}\n`);
    const log = join(parent, `${run}.log`);
    const output = openSync(log, 'a');
    const child = spawn(process.execPath, [file('webhook-load.ts'), folder, String(run), mode, port], {
      stdio: ['ignore', output, 'inherit'],
    });
    closeSync(output);
    return { child, log };
  }

  /** Lets a process work on the folder and kills it at a random moment: every third while it opens, the others at work. */
  async function runAndKill(run: number, mode: Mode): Promise<Said> {
    const { child, log } = start(run, mode);
    if (mode === 'early' || run % 3 > 0) await untilWritten(log);
    await wait(Math.random() * 400);
    child.kill('SIGKILL');
    const [, signal] = await once(child, 'exit');
    assert.equal(signal, 'SIGKILL', 'the process ended before it was killed');
    return readSaid(log);
  }

  /** Lets a last process deliver what is left. */
  async function drain(run: number): Promise<Said> {
    const { child, log } = start(run, 'drain');
    const [code] = await once(child, 'exit');
    assert.equal(code, 0);
    return readSaid(log);
  }

  async function deadIds(): Promise<string[]> {
    const store = await openTestStore(folder, { now: Date.now() });
    const dead = await store.webhooks.listDead('n1', 1e6);
    await store.close();
    return dead.map(({ id }) => id);
  }

  it('are all delivered or kept as given up, over 30 kills; what comes twice has the same id', async () => {
    const said: Said[] = [];
    for (let run = 0; run < 30; run += 1) said.push(await runAndKill(run, 'honest'));
    said.push(await drain(30));
    const posts = readPosts(received());
    checkNothingLost(said, posts, await deadIds());
    checkRepetitions(said, posts);
    checkOrder(posts);
  });

  it('would be caught losing some: a process that speaks too early is', async () => {
    const said: Said[] = [];
    for (let run = 0; run < 10; run += 1) said.push(await runAndKill(run, 'early'));
    said.push(await drain(10));
    const dead = await deadIds();
    assert.throws(() => checkNothingLost(said, readPosts(received()), dead), /accepted and lost/);
  });
});

function checkNothingLost(said: readonly Said[], posts: readonly Post[], dead: readonly string[]): void {
  const taken = new Set(posts.filter(({ isTaken }) => isTaken).map(({ id }) => id));
  const accepted = said.flatMap((one) => one.accepted);
  const known = new Set([...taken, ...dead]);
  assert.deepEqual(
    accepted.filter((id) => !known.has(id)),
    [],
    'accepted and lost',
  );
  const delivered = said.flatMap((one) => one.delivered);
  assert.deepEqual(
    delivered.filter((id) => !taken.has(id)),
    [],
    'delivered to nobody',
  );
  assert.ok(
    accepted.length > 1000 && delivered.length > 1000,
    'the processes did too little to prove a thing',
  );
  assert.ok(dead.length > 10 && posts.some(({ isTaken }) => !isTaken), 'nothing was given up or tried again');
}

/** Nothing is posted again that was settled on disk, and a repetition is the same webhook. */
function checkRepetitions(said: readonly Said[], posts: readonly Post[]): void {
  const settledIn = new Map(said.flatMap((one, run) => one.delivered.map((id) => [id, run])));
  assert.deepEqual(
    posts.filter(({ id, run }) => run > (settledIn.get(id) ?? run)),
    [],
    'settled and posted again',
  );
  assert.deepEqual(
    posts.filter(({ id, bodyId }) => id !== bodyId),
    [],
    'another webhook under its id',
  );
}

/** Of a subject, none was taken for the first time before the one accepted before it. */
function checkOrder(posts: readonly Post[]): void {
  const firsts = [...new Set(posts.filter(({ isTaken }) => isTaken).map(({ id }) => id))];
  const last = new Map<string, number>();
  for (const id of firsts) {
    const [run = '', number = ''] = id.split('-');
    const subject = `${run}-${Math.floor((Number(number) + 1) / 3)}`;
    assert.ok(Number(number) > (last.get(subject) ?? -1), `${id} came too late`);
    last.set(subject, Number(number));
  }
}

/** A busy machine takes its time to start a process. */
async function untilWritten(log: string): Promise<void> {
  const end = Date.now() + 30_000;
  while (statSync(log).size === 0 && Date.now() < end) await wait(10);
}

/** The last line may be cut off in the middle. */
function linesOf(log: string): string[][] {
  const text = readFileSync(log, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole.split('\n').map((line) => line.split(' '));
}

function readSaid(log: string): Said {
  const said: Said = { accepted: [], delivered: [], failed: [] };
  for (const [verb, id = ''] of linesOf(log))
    if (verb === 'accepted' || verb === 'delivered' || verb === 'failed') said[verb].push(id);
  return said;
}

function readPosts(log: string): Post[] {
  const posts: Post[] = [];
  let run = -1;
  for (const [first, id = '', bodyId = ''] of linesOf(log)) {
    if (first === 'run') run = Number(id);
    else if (bodyId) posts.push({ run, isTaken: first === '204', id, bodyId });
  }
  return posts;
}
