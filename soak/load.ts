/** Minutes in; a real Node-RED with every node of the package wired, under a steady load for so long; what came of it out. */
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort, type RunningNodeRed, startNodeRed } from '../test/support/start-node-red.ts';
import { type Counts, eventsOf, type Given, type Load, type Taken } from './load/counts.ts';
import { soakAppId, soakFlow } from './load/flow.ts';
import { type Helper, probe, startHelper } from './load/processes.ts';
import { type LoadReport, reportOf } from './load/report.ts';
import type { ProbeSample } from './load/sample.ts';

export interface LoadOptions {
  readonly minutes: number;
  readonly say: (line: string) => void;
  /** Mails sent a second, a multiple of 40; a tenth of it is received, and a tenth of the readers leave. */
  readonly rate?: number;
  /** Gets what was seen every ten seconds, a line of JSON each. */
  readonly samples?: string;
  /** Gets a CPU profile of Node-RED. */
  readonly profile?: string;
}

const every = 10_000;
/** Of a run without anything new, after which what is missing is lost. */
const patience = 30_000;
/** Longer than idle connections are kept, and than a sample takes to come. */
const rest = 45_000;
/** One reader in so many leaves. */
const oneInMany = 10;

interface Place {
  readonly nodeRed: RunningNodeRed;
  readonly takers: Helper;
  readonly givers: Helper;
}

/** Every process that it started has ended when it resolves. */
export async function soakLoad(options: LoadOptions): Promise<LoadReport> {
  const folder = await mkdtemp(join(tmpdir(), 'email-app-soak-'));
  const files = { nodeRed: join(folder, 'samples.jsonl'), idle: join(folder, 'idle.jsonl') };
  const helpers: Helper[] = [];
  let nodeRed: RunningNodeRed | undefined;
  const start: typeof startHelper = (...given) => {
    const helper = startHelper(...given);
    helpers.push(helper);
    return helper;
  };
  try {
    const takers = start('./takers.ts', [`${oneInMany}`]);
    const { ports, dns } = await takers.next<{ ports: { mail: number; hook: number }; dns: string }>('ports');
    start('./idle.ts', [], { SOAK_SAMPLES: files.idle, SOAK_EVERY: `${every}` });
    const port = await findFreePort();
    const env = {
      ...{ SOAK_SAMPLES: files.nodeRed, SOAK_EVERY: `${every}`, SOAK_DNS: dns },
      SOAK_APP: join(folder, 'email-app', soakAppId),
      SOAK_PROFILE: options.profile ?? '',
      NODE_OPTIONS: `--import ${probe}`,
    };
    const flows = soakFlow({ ...ports, receiver: port });
    nodeRed = await startNodeRed({ version: 5, userDir: folder, flows, env });
    await isListening(port);
    const load: Load = { url: nodeRed.url, port, rate: options.rate ?? 200 };
    // what rests before the load and after it is compared
    await sleep(every + 1000);
    const givers = start('./givers.ts', [JSON.stringify(load)]);
    const counts = await run({ nodeRed, takers, givers }, options);
    await nodeRed.stop();
    nodeRed = undefined;
    if (options.samples) await copyFile(files.nodeRed, options.samples);
    return reportOf(counts, await read(files.nodeRed), await read(files.idle));
  } finally {
    await nodeRed?.kill();
    for (const helper of helpers) helper.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The load goes on for the minutes; then everything that was accepted has time to come out. */
async function run({ nodeRed, takers, givers }: Place, { minutes, say }: LoadOptions): Promise<Counts> {
  takers.onMessage(({ link }) => {
    if (typeof link === 'string') givers.tell({ link });
  });
  const count = async () => {
    const [{ given }, { taken }] = await Promise.all([
      givers.ask<{ given: Given }>({ ask: 'count' }, 'given'),
      takers.ask<{ taken: Taken }>({ ask: 'count' }, 'taken'),
    ]);
    return { given, taken };
  };
  const beganAt = Date.now();
  for (let second = 0; second < minutes * 60; second += every / 1000) {
    await sleep(every);
    const { given, taken } = await count();
    if (second % 60 === 0) say(progress(given, taken));
    if (/ECONNREFUSED/.test(given.refusal ?? ''))
      throw new Error(`Node-RED ended:\n${nodeRed.log().slice(-5000)}`);
  }
  const endedAt = Date.now();
  const { accepted } = await givers.ask<{ accepted: Uint8Array }>({ ask: 'end' }, 'accepted');
  let counted = await count();
  for (let still = 0; still < patience && !isAllOut(counted); still += 1000) {
    await sleep(1000);
    const before = counted.taken;
    counted = await count();
    if (JSON.stringify(before) !== JSON.stringify(counted.taken)) still = 0;
  }
  const { lost } = await takers.ask<{ lost: number }>({ accepted }, 'lost');
  if (counted.given.refused > 0 || lost > 0) say(nodeRed.log().slice(-3000));
  await sleep(rest);
  return { ...counted, lost, beganAt, endedAt };
}

function isAllOut({ given, taken }: Pick<Counts, 'given' | 'taken'>): boolean {
  return taken.mails >= given.mails && taken.events >= eventsOf(given) && taken.received >= given.received;
}

function progress(given: Given, taken: Taken): string {
  const events = `${taken.events} of ${eventsOf(given)} events told`;
  return `${given.mails} mails accepted, ${taken.mails} arrived, ${events}, ${given.received} received, ${given.left} left`;
}

/** The app opens its receiver after the flows have started. */
async function isListening(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await sleep(100);
  }
}

async function read(file: string): Promise<ProbeSample[]> {
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}
