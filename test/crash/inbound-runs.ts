/** Runs of a process that receives, each killed but for the last; what they were given and what they told comes out. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openTestQueue } from '../support/sqlite-inbound.ts';

const script = fileURLToPath(new URL('inbound-load.ts', import.meta.url));

export type Mode = 'honest' | 'lossy' | 'forgetful' | 'keyless';

/** What was acknowledged to the senders, and what a flow was told, in the order of its lines. */
export interface Story {
  readonly acknowledged: string[];
  readonly told: Told[];
}

interface Told {
  readonly subject: string;
  readonly again: boolean;
  readonly id: string;
  readonly run: number;
}

/** Of the mails: each has a subject of its own. */
export interface Feeding {
  /** Source and place, for the process. */
  readonly words: readonly string[];
  /** Goes on until the process is gone; notes what was acknowledged. */
  feed(port: number, run: number, acknowledged: string[]): Promise<unknown>;
  /** After a kill. */
  recover?(): void;
}

export async function wholeStory(
  folder: string,
  { runs, mode }: { runs: number; mode: Mode },
  feeding: Feeding,
): Promise<Story> {
  const story: Story = { acknowledged: [], told: [] };
  const start = (run: number, how: Mode) => startRun(folder, run, [how, ...feeding.words]);
  for (let run = 0; run < runs; run++) {
    const child = start(run, mode);
    const fed = feeding.feed(await portOf(folder, run), run, story.acknowledged);
    // every third is killed wherever it is; if all were, a slow machine would be in the middle of one mail three times
    if (run % 3 > 0) await untilTold(folder, run);
    await wait(250 + Math.random() * 500);
    await kill(child);
    await fed;
    feeding.recover?.();
    story.told.push(...readTold(folder, run));
  }
  const last = start(runs, 'honest');
  await portOf(folder, runs);
  for (let before = -1; readTold(folder, runs).length > before; await wait(1500))
    before = readTold(folder, runs).length;
  await kill(last);
  story.told.push(...readTold(folder, runs));
  return story;
}

export function lostOf({ acknowledged, told }: Story): string[] {
  const subjects = new Set(told.map(({ subject }) => subject));
  return acknowledged.filter((subject) => !subjects.has(subject));
}

/** Told twice, and not as the same mail after a kill. */
export function doubledOf({ told }: Story): string[] {
  const seen = new Map<string, Told>();
  return told.flatMap((one) => {
    const before = seen.get(one.subject);
    seen.set(one.subject, one);
    const isFine = !before || (one.again && before.run < one.run && before.id === one.id);
    return isFine ? [] : [one.subject];
  });
}

export async function assertNothingLeft(folder: string): Promise<void> {
  const { queue, close } = await openTestQueue(join(folder, 'app'));
  assert.deepEqual(await queue.counts(), { waiting: 0, setAside: 0 });
  await close();
  assert.deepEqual(readdirSync(join(folder, 'app', 'spool')), []);
}

const logOf = (folder: string, run: number) => join(folder, `${run}.log`);

function startRun(folder: string, run: number, words: readonly string[]): ChildProcess {
  const output = openSync(logOf(folder, run), 'a');
  const child = spawn(process.execPath, [script, join(folder, 'app'), ...words], {
    stdio: ['ignore', output, 'inherit'],
  });
  closeSync(output);
  return child;
}

async function portOf(folder: string, run: number): Promise<number> {
  for (;;) {
    const [, port] = /^listening (\d+)$/m.exec(readFileSync(logOf(folder, run), 'utf8')) ?? [];
    if (port !== undefined) return Number(port);
    await wait(10);
  }
}

async function untilTold(folder: string, run: number): Promise<void> {
  const end = Date.now() + 5_000;
  while (readTold(folder, run).length === 0 && Date.now() < end) await wait(10);
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  const [, signal] = await once(child, 'exit');
  assert.equal(signal, 'SIGKILL', 'the process ended before it was killed');
}

function readTold(folder: string, run: number): Told[] {
  const text = readFileSync(logOf(folder, run), 'utf8');
  assert.doesNotMatch(text, /^trouble/m);
  return [...text.matchAll(/^told (\S+) (true|false) (\S+)\n/gm)].map(([, subject = '', again, id = '']) => ({
    ...{ subject, id, run },
    again: again === 'true',
  }));
}
