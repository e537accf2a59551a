/** Runs of a process that receives, each killed but for the last; what they were given and what they told is judged. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openTestQueue } from '../support/sqlite-inbound.ts';
import { killNow, type Load, linesOf, startLoad, untilWritten } from './killed-process.ts';
import { Ledger, type Orders, type Toll } from './scenario.ts';

/** What was acknowledged to the senders, and what a flow was told, in the order of its lines. */
interface Story {
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
  /** Subjects of mails that lie with the source before the first run. */
  readonly lying?: readonly string[];
  /** Goes on until the process is gone; notes what was acknowledged. */
  feed(port: number, run: number, acknowledged: string[]): Promise<unknown>;
  /** After a kill. */
  recover?(): void;
}

export async function inboundToll(orders: Orders, feeding: Feeding): Promise<Toll> {
  const { folder, kills, mode, onKill } = orders;
  const ledger = new Ledger();
  const patience = mode === 'honest' ? 10_000 : 1500;
  const story: Story = { acknowledged: [...(feeding.lying ?? [])], told: [] };
  for (let run = 0; run < kills; run++) {
    const load = start(folder, run, [mode, ...feeding.words]);
    const fed = feeding.feed(await portOf(load), run, story.acknowledged);
    // every third is killed wherever it is; if all were, a slow machine would be in the middle of one mail three times
    if (run % 3 > 0) await untilTold(load);
    await wait(100 + Math.random() * 500);
    await killNow(load);
    await fed;
    feeding.recover?.();
    const told = readTold(load, run, ledger);
    story.told.push(...told);
    ledger.kills += 1;
    ledger.noteFound(...(told.length > 0 ? ['told'] : []), ...(lostOf(story).length > 0 ? ['waiting'] : []));
    onKill();
  }
  story.told.push(...(await tellRest(folder, { feeding, story, ledger, patience })));
  ledger.accepted = story.acknowledged.length;
  ledger.lost.push(...lostOf(story));
  ledger.repeated = story.told.length - new Set(story.told.map(({ subject }) => subject)).size;
  ledger.wrong.push(...doubledOf(story), ...(await leftIn(join(folder, 'app'))));
  return ledger;
}

interface Rest {
  readonly feeding: Feeding;
  readonly story: Story;
  readonly ledger: Ledger;
  /** ms without anything new. */
  readonly patience: number;
}

/** A last process that is killed when all was told and is forgotten, or nothing more comes. */
async function tellRest(folder: string, { feeding, story, ledger, patience }: Rest): Promise<Told[]> {
  const last = start(folder, ledger.kills, ['honest', ...feeding.words]);
  await portOf(last);
  const told = () => readTold(last, ledger.kills, new Ledger());
  const isAll = () => lostOf({ ...story, told: [...story.told, ...told()] }).length === 0;
  for (let grown = Date.now(), before = -1; !isAll() && Date.now() - grown < patience; await wait(100)) {
    if (told().length > before) grown = Date.now();
    before = told().length;
  }
  for (let before = -1; told().length > before; await wait(400)) before = told().length;
  await killNow(last);
  return readTold(last, ledger.kills, ledger);
}

function lostOf({ acknowledged, told }: Story): string[] {
  const subjects = new Set(told.map(({ subject }) => subject));
  return acknowledged.filter((subject) => !subjects.has(subject));
}

/** Told twice, and not as the same mail after a kill. */
function doubledOf({ told }: Story): string[] {
  const seen = new Map<string, Told>();
  return told.flatMap((one) => {
    const before = seen.get(one.subject);
    seen.set(one.subject, one);
    const isFine = !before || (one.again && before.run < one.run && before.id === one.id);
    return isFine ? [] : [`${one.subject} was told twice`];
  });
}

async function leftIn(folder: string): Promise<string[]> {
  const { queue, close } = await openTestQueue(folder);
  const { waiting, setAside } = await queue.counts();
  await close();
  const files = readdirSync(join(folder, 'spool'));
  return waiting + setAside + files.length > 0
    ? [`left: ${waiting} waiting, ${setAside} set aside, ${files.length} files`]
    : [];
}

function start(folder: string, run: number, words: readonly string[]): Load {
  return startLoad('inbound-load.ts', [join(folder, 'app'), ...words], join(folder, `${run}.log`));
}

async function portOf(load: Load): Promise<number> {
  await untilWritten(load, 'listening');
  const [, port] = linesOf(load.log).find(([verb]) => verb === 'listening') ?? [];
  return Number(port);
}

async function untilTold(load: Load): Promise<void> {
  const end = Date.now() + 5_000;
  while (!linesOf(load.log).some(([verb]) => verb === 'told') && Date.now() < end) await wait(10);
}

function readTold({ log }: Load, run: number, ledger: Ledger): Told[] {
  return linesOf(log).flatMap(([verb, subject = '', again, id = '', ...rest]) => {
    if (verb === 'trouble') ledger.wrong.push([subject, again, id, ...rest].join(' '));
    return verb === 'told' ? [{ subject, id, run, again: again === 'true' }] : [];
  });
}
