/** Webhooks killed while they are accepted, wait, are on their way, or have just been answered. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openTestStore } from '../../support/sqlite-suppressions.ts';
import { endOf, killNow, type Load, linesOf, startLoad, untilWritten } from '../killed-process.ts';
import { Ledger, type Orders, type Scenario, type Toll } from '../scenario.ts';

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

export const webhook: Scenario = {
  name: 'webhook',
  subject: 'a webhook queue',
  promise: 'delivers each or keeps it as given up, in order; what comes twice has the same id',
  kills: 8,
  leastPerKill: 20,
  states: ['waiting', 'settled', 'given up'],
  controls: [{ mode: 'early', fault: 'losing webhooks: it speaks too early', in: 'lost', kills: 2 }],
  run,
};

async function run({ folder: parent, kills, mode, onKill }: Orders): Promise<Toll> {
  const ledger = new Ledger();
  const place = { parent, folder: join(parent, 'app'), receiver: await startReceiver(parent) };
  const said: Said[] = [];
  try {
    for (let index = 0; index < kills; index += 1) {
      const one = await runAndKill(place, index, mode);
      said.push(one);
      ledger.kills += 1;
      ledger.noteFound(...(await statesIn(place.folder, one)));
      onKill();
    }
    const last = start(place, kills, 'drain');
    await endOf(last);
    said.push(readSaid(last.log));
  } finally {
    place.receiver.process.stdin?.end();
    await once(place.receiver.process, 'exit');
  }
  judge(said, { posts: readPosts(place.receiver.log), dead: await deadIds(place.folder) }, ledger);
  return ledger;
}

interface Place {
  readonly parent: string;
  readonly folder: string;
  readonly receiver: Receiver;
}

interface Receiver {
  readonly process: ChildProcess;
  readonly log: string;
  readonly port: string;
}

async function startReceiver(parent: string): Promise<Receiver> {
  const log = join(parent, 'received.log');
  const output = openSync(log, 'a');
  const script = fileURLToPath(new URL('../webhook-receiver.ts', import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: ['pipe', output, 'inherit'] });
  closeSync(output);
  await untilWritten({ child, log });
  return { process: child, log, port: String(linesOf(log)[0]?.[0]) };
}

function start({ parent, folder, receiver }: Place, index: number, mode: string): Load {
  receiver.process.stdin?.write(`run ${index}\n`);
  const log = join(parent, `${index}.log`);
  return startLoad('webhook-load.ts', [folder, index, mode, receiver.port], log);
}

/** At a random moment: every third while it opens, the others at work. */
async function runAndKill(place: Place, index: number, mode: string): Promise<Said> {
  const load = start(place, index, mode);
  if (mode === 'early' || index % 3 > 0) await untilWritten(load);
  await wait(Math.random() * 400);
  await killNow(load);
  return readSaid(load.log);
}

/** What the next start finds. */
async function statesIn(folder: string, { delivered }: Said): Promise<string[]> {
  const store = await openTestStore(folder, { now: Date.now() });
  const { waiting, dead } = await store.webhooks.counts('n1');
  await store.close();
  const isFound = { waiting: waiting > 0, settled: delivered.length > 0, 'given up': dead > 0 };
  return Object.entries(isFound).flatMap(([state, isThere]) => (isThere ? [state] : []));
}

async function deadIds(folder: string): Promise<string[]> {
  const store = await openTestStore(folder, { now: Date.now() });
  const dead = await store.webhooks.listDead('n1', 1e6);
  await store.close();
  return dead.map(({ id }) => id);
}

function judge(
  said: readonly Said[],
  { posts, dead }: { posts: readonly Post[]; dead: readonly string[] },
  ledger: Ledger,
): void {
  const taken = posts.filter(({ isTaken }) => isTaken).map(({ id }) => id);
  const known = new Set([...taken, ...dead]);
  const accepted = said.flatMap((one) => one.accepted);
  const delivered = said.flatMap((one) => one.delivered);
  ledger.accepted = accepted.length;
  ledger.lost.push(...accepted.filter((id) => !known.has(id)));
  const isTaken = new Set(taken);
  ledger.lost.push(...delivered.filter((id) => !isTaken.has(id)).map((id) => `${id}, delivered to nobody`));
  ledger.repeated = taken.length - isTaken.size;
  const settledIn = new Map(said.flatMap((one, index) => one.delivered.map((id) => [id, index])));
  for (const { id, run: index, bodyId } of posts) {
    if (index > (settledIn.get(id) ?? index)) ledger.wrong.push(`${id} posted again after it was settled`);
    if (id !== bodyId) ledger.wrong.push(`another webhook under ${id}`);
  }
  ledger.wrong.push(...outOfOrder(taken));
}

/** Of a subject, none is taken for the first time before the one accepted before it. */
function outOfOrder(taken: readonly string[]): string[] {
  const last = new Map<string, number>();
  return [...new Set(taken)].flatMap((id) => {
    const [index = '', number = ''] = id.split('-');
    const subject = `${index}-${Math.floor((Number(number) + 1) / 3)}`;
    const isLate = Number(number) < (last.get(subject) ?? -1);
    last.set(subject, Number(number));
    return isLate ? [`${id} came too late`] : [];
  });
}

function readSaid(log: string): Said {
  const said: Said = { accepted: [], delivered: [], failed: [] };
  for (const [verb, id = ''] of linesOf(log))
    if (verb === 'accepted' || verb === 'delivered' || verb === 'failed') said[verb].push(id);
  return said;
}

function readPosts(log: string): Post[] {
  const posts: Post[] = [];
  let index = -1;
  for (const [first, id = '', bodyId = ''] of linesOf(log)) {
    if (first === 'run') index = Number(id);
    else if (bodyId) posts.push({ run: index, isTaken: first === '204', id, bodyId });
  }
  return posts;
}
