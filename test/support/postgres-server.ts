import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { DatabaseAddress } from '../../nodes/lib/postgres/open-database.ts';

/** A real PostgreSQL of its own on loopback, with the settings of production; it ends with this process at the latest. */
export interface PostgresServer {
  /** Of the database `postgres`, as its superuser. */
  readonly address: DatabaseAddress & { readonly password: string };
  stop(): Promise<void>;
  /** Ends it as a power failure does. */
  crash(): Promise<void>;
  /** After it was stopped or crashed. */
  start(): Promise<void>;
  /** For good; its data are gone. */
  end(): Promise<void>;
}

const password = 'of a test';

/** `flags` are settings of postgresql.conf: `max_connections=20`. */
export async function startPostgres(...flags: string[]): Promise<PostgresServer> {
  const file = new URL('./postgres-process.mjs', import.meta.url);
  const child = spawn(process.execPath, [file.pathname, password, ...flags], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // a Ctrl-C is for us; it ends when its input does
    detached: true,
  });
  const lines = createInterface({ input: child.stdout });
  const { port } = JSON.parse(await nextLine(child, lines));
  letGo(child);
  const command = (name: string) => async (): Promise<void> => {
    child.stdin.write(`${name}\n`);
    await nextLine(child, lines);
    letGo(child);
  };
  return {
    address: { host: '127.0.0.1', port, database: 'postgres', user: 'postgres', password },
    stop: command('stop'),
    crash: command('crash'),
    start: command('start'),
    async end() {
      child.ref();
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.stdin.end();
      await gone;
    },
  };
}

type Server = ChildProcess & { readonly stdin: Writable; readonly stdout: Readable };

function nextLine(child: Server, lines: Interface): Promise<string> {
  (child.stdout as Partial<{ ref(): void }>).ref?.();
  child.ref();
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('PostgreSQL did not start.'));
    child.once('exit', ended);
    lines.once('line', (line) => {
      child.off('exit', ended);
      resolve(line);
    });
  });
}

/** It keeps nobody from ending. */
function letGo(child: Server): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout]) (stream as Partial<{ unref(): void }>).unref?.();
}
