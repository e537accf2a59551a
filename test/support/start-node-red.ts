import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

const programs = {
  5: path.join(root, 'demo/node_modules/node-red/red.js'),
  4: path.join(root, 'test/node-red-4/node_modules/node-red/red.js'),
};

// In English and German, the languages of this package.
const startedFlows = /Started flows|Flows sind gestartet|Waiting for missing types/;
/** Comes before the flows or, on a busy machine, after them. */
const listens = /Server now running|Server wird jetzt auf/;

export interface NodeRedOptions {
  version: 5 | 4;
  /** Deployed after the start; nodes may carry `credentials`. Left out, a flow file in `userDir` is used. */
  flows?: readonly object[];
  /** Kept at the end; a fresh one is made and removed by default. */
  userDir?: string;
  /** Merged over the quiet, offline settings; plain JSON values. */
  settings?: Record<string, unknown>;
  port?: number;
  /** Besides NODE_RED_URL, where it is reached. */
  env?: Record<string, string>;
  /** Folders of node packages to load; this package by default. */
  packages?: readonly string[];
  /** The program to run it with; this Node by default. */
  node?: string;
}

export interface RunningNodeRed {
  readonly url: string;
  readonly userDir: string;
  readonly pid: number;
  /** Everything printed so far. */
  log(): string;
  /** Full deploy through the admin API; resolves when the flows have started. */
  deploy(flows: readonly object[]): Promise<void>;
  /** Resolves when the flows start the next time; to be called before a deploy, whose answer comes sooner. */
  nextStart(): Promise<void>;
  /** Ends it as a person would and waits for the process to be gone. */
  stop(): Promise<void>;
  /** Ends it as a power failure would. */
  kill(): Promise<void>;
}

/** Starts a Node-RED of its own on loopback: no telemetry, no tour, no catalogue, nothing outside this machine. */
export async function startNodeRed(options: NodeRedOptions): Promise<RunningNodeRed> {
  const userDir = options.userDir ?? (await mkdtemp(path.join(tmpdir(), 'node-red-')));
  const port = options.port ?? (await findFreePort());
  const settingsFile = await writeSettings(userDir, port, options);
  const child = spawn(
    options.node ?? process.execPath,
    [programs[options.version], '--userDir', userDir, '-s', settingsFile],
    {
      env: {
        ...process.env,
        NODE_RED_DISABLE_TELEMETRY: '1',
        NODE_RED_URL: `http://127.0.0.1:${port}`,
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const gone = once(child, 'exit');
  const output = collectOutput(child);
  const url = `http://127.0.0.1:${port}`;

  async function end(signal: NodeJS.Signals): Promise<void> {
    child.kill(signal);
    const lastResort = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await gone;
    clearTimeout(lastResort);
    if (!options.userDir) await rm(userDir, { recursive: true, force: true });
  }

  const nextStart = () => output.has(startedFlows, output.text().length);

  async function deploy(flows: readonly object[]): Promise<void> {
    const start = nextStart();
    await deployFlows(url, flows);
    await start;
  }

  try {
    const ready = Promise.all([output.has(startedFlows), output.has(listens)]);
    await Promise.race([ready, diesEarly(gone, output.text)]);
    if (options.flows) await deploy(options.flows);
  } catch (error) {
    await end('SIGKILL');
    throw error;
  }
  return {
    url,
    userDir,
    pid: child.pid as number,
    log: output.text,
    deploy,
    nextStart,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function writeSettings(userDir: string, port: number, options: NodeRedOptions): Promise<string> {
  const settings = {
    flowFile: 'flows.json',
    lang: 'en-US',
    uiHost: '127.0.0.1',
    uiPort: port,
    credentialSecret: 'test',
    fileWorkingDirectory: userDir,
    nodesDir: options.packages ?? [root],
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { tours: false, projects: { enabled: false }, palette: { catalogues: [] } },
    externalModules: {
      autoInstall: false,
      palette: { allowInstall: false, allowUpdate: false, allowUpload: false },
    },
    ...options.settings,
  };
  await mkdir(userDir, { recursive: true });
  const file = path.join(userDir, 'settings.cjs');
  await writeFile(file, `module.exports = ${JSON.stringify(settings, null, 2)};\n`);
  return file;
}

function collectOutput(child: ChildProcess) {
  let text = '';
  const listeners = new Set<() => void>();
  const take = (chunk: Buffer) => {
    text += chunk;
    for (const listener of listeners) listener();
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  return {
    text: () => text,
    has: (pattern: RegExp, from = 0) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (!pattern.test(text.slice(from))) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
      }),
  };
}

async function diesEarly(gone: Promise<unknown>, log: () => string): Promise<never> {
  await gone;
  throw new Error(`Node-RED ended before it was ready:\n${log()}`);
}

async function deployFlows(url: string, flows: readonly object[]): Promise<void> {
  const answer = await fetch(`${url}/flows`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'node-red-deployment-type': 'full' },
    body: JSON.stringify(flows),
  });
  if (!answer.ok) throw new Error(`Deploy refused: ${answer.status} ${await answer.text()}`);
}
