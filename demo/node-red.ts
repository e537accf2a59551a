import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from './free-port.ts';

export interface NodeRed {
  readonly url: string;
  /** Resolves when it has ended, by itself or not. */
  readonly ended: Promise<unknown>;
  /** Asks it to end; resolves when it has. */
  stop(): Promise<unknown>;
  kill(): void;
}

const program = join(import.meta.dirname, 'node_modules', 'node-red', 'red.js');
const settings = join(import.meta.dirname, 'settings.cjs');

/** Started as a process of its own; the channel to it lets it end when this one is killed (see settings.cjs). */
export async function startNodeRed(
  userDir: string,
  env: (url: string) => Record<string, string>,
): Promise<NodeRed> {
  const port = await freePort(1880);
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    process.execPath,
    [program, '--userDir', userDir, '--settings', settings, '--port', String(port)],
    {
      env: { ...process.env, ...env(url) },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    },
  );
  const ended = once(child, 'exit');
  await answers(url, child);
  return {
    url,
    ended,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
    kill: () => child.kill('SIGKILL'),
  };
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await wait(200);
  }
  throw new Error('Node-RED ended before it was ready; see above.');
}
