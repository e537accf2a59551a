import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export const root = resolve(import.meta.dirname, '../..');

/** What the welcome box prints. */
export interface Addresses {
  readonly editor: string;
  readonly inbox: string;
  /** Where the example apps receive. */
  readonly receiver: string;
  /** Of the demo's data. */
  readonly folder: string;
}

export interface Demo extends Addresses {
  /** The folder that it was told to use. */
  readonly given: string;
  /** Presses Ctrl-C, and waits for the end. */
  interrupt(): Promise<void>;
  close(): Promise<void>;
}

/** `npm start` with data of its own. */
export async function openDemo(): Promise<Demo> {
  const given = await mkdtemp(join(tmpdir(), 'email-app-demo-'));
  const demo = spawn('npm', ['start'], {
    cwd: root,
    env: { ...process.env, DEMO_FOLDER: given },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const tell = (signal: NodeJS.Signals) => process.kill(-Number(demo.pid), signal);
  const addresses = await addressesIn(demo);
  demo.stdout?.resume();
  return {
    ...addresses,
    given,
    async interrupt() {
      const ended = once(demo, 'exit');
      tell('SIGINT');
      await ended;
    },
    async close() {
      if (demo.exitCode === null && demo.signalCode === null) tell('SIGKILL');
      await rm(given, { recursive: true, force: true });
    },
  };
}

async function addressesIn(demo: ChildProcess): Promise<Addresses> {
  const found = new Map<string, string>();
  for await (const line of createInterface({ input: demo.stdout! })) {
    const [, name, place] =
      /(Node-RED|Mail inbox|Takes mail|kept in)\s+((?:https?:|smtp:|\/)\S+)/.exec(line) ?? [];
    if (name && place) found.set(name, place);
    const names = ['Node-RED', 'Mail inbox', 'Takes mail', 'kept in'];
    const [editor, inbox, receiver, folder] = names.map((one) => found.get(one));
    if (editor && inbox && receiver && folder) return { editor, inbox, receiver, folder };
  }
  throw new Error('The demo ended before it was ready.');
}
