/** Processes that work on a folder until they are killed, and what they wrote by then. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface Load {
  readonly child: ChildProcess;
  /** What it says: a file, since a pipe would lose what was in it. */
  readonly log: string;
}

const ending = new URL('end-with-parent.ts', import.meta.url).href;

/** Starts a script of this folder. */
export function startLoad(script: string, words: readonly unknown[], log: string): Load {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const output = openSync(log, 'a');
  const child = spawn(process.execPath, ['--import', ending, file, ...words.map(String)], {
    stdio: ['ignore', output, 'inherit', 'ipc'],
  });
  closeSync(output);
  return { child, log };
}

export async function killNow({ child }: Load): Promise<void> {
  child.kill('SIGKILL');
  const signal = child.signalCode ?? (child.exitCode === null ? (await once(child, 'exit'))[1] : null);
  assert.equal(signal, 'SIGKILL', 'the process ended before it was killed');
}

/** For one that ends by itself, and well. */
export async function endOf({ child }: Load): Promise<void> {
  const code = child.exitCode ?? (await once(child, 'exit'))[0];
  assert.equal(code, 0);
}

/** A busy machine takes its time to start a process. */
export async function untilWritten(load: Load, text = ''): Promise<void> {
  const end = Date.now() + 30_000;
  while (!isWritten(load, text) && load.child.exitCode === null && Date.now() < end) await wait(5);
}

function isWritten({ log }: Load, text: string): boolean {
  return statSync(log).size > 0 && readFileSync(log, 'utf8').includes(text);
}

/** The words of each line; the last one may be cut off in the middle. */
export function linesOf(log: string): string[][] {
  const text = readFileSync(log, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' '));
}
