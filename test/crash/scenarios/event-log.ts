/** The event log and a reader of it, killed while events are written and read. */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openFeed } from '../../../nodes/lib/event/feed.ts';
import { systemClock } from '../../../nodes/lib/kernel/clock.ts';
import { openTestStore } from '../../support/sqlite-suppressions.ts';
import { killNow, linesOf, startLoad, untilWritten } from '../killed-process.ts';
import { Ledger, type Orders, type Scenario, type Toll } from '../scenario.ts';

/** Of all processes. */
interface Story {
  readonly happened: string[];
  /** Ids in the order they were had, and what they were about. */
  readonly had: [id: string, fact: string][];
}

export const eventLog: Scenario = {
  name: 'events',
  subject: 'an event log',
  promise: 'gives a reader all of it, in order; twice at most what was last',
  kills: 4,
  leastPerKill: 20,
  states: ['unread', 'read'],
  controls: [{ mode: 'early', fault: 'losing events: it speaks too early', in: 'lost', kills: 2 }],
  run,
};

/** A page of a feed. */
const mostAgain = 100;

async function run({ folder: parent, kills, mode, onKill }: Orders): Promise<Toll> {
  const folder = join(parent, 'app');
  const ledger = new Ledger();
  const story: Story = { happened: [], had: [] };
  for (let index = 0; index < kills; index += 1) {
    const load = startLoad('event-load.ts', [folder, index, mode], join(parent, `${index}.log`));
    await untilWritten(load);
    await wait(50 + Math.random() * 300);
    await killNow(load);
    const before = story.had.length;
    readInto(story, load.log, ledger);
    ledger.kills += 1;
    ledger.noteFound('unread', ...(story.had.length > before ? ['read'] : []));
    onKill();
  }
  await readRest(folder, story, ledger);
  judge(story, ledger);
  return ledger;
}

function readInto({ happened, had }: Story, log: string, ledger: Ledger): void {
  for (const [verb, ...words] of linesOf(log)) {
    if (verb === 'trouble') ledger.wrong.push(words.join(' '));
    if (verb === 'happened') happened.push(String(words[0]));
    if (verb === 'had') had.push([String(words[0]), String(words[1])]);
  }
}

/** What is still to come, without a crash. */
async function readRest(folder: string, { had }: Story, ledger: Ledger): Promise<void> {
  const owner = { appId: 'app00001', name: 'Shop' };
  const store = await openTestStore(folder, { now: Date.now(), owner });
  const end = await store.events.end();
  const feed = openFeed({
    events: store.events,
    reader: 'reader',
    clock: systemClock,
    random: Math.random,
    onTrouble: ({ message }) => ledger.wrong.push(message),
    deliver: async ({ id, type, recipient, code }) => {
      had.push([id, `${type}:${type === 'email.queued' ? recipient : (code ?? recipient)}`]);
    },
  });
  while ((await store.events.position('reader')) !== end) await wait(20);
  await feed.close();
  await store.close();
}

function judge({ happened, had }: Story, ledger: Ledger): void {
  const facts = new Set(had.map(([, fact]) => fact));
  // the reader begins a moment after the first process
  const begun = happened.findIndex((fact) => facts.has(fact));
  const promised = happened.slice(begun);
  ledger.accepted = promised.length;
  ledger.lost.push(...promised.filter((fact) => !facts.has(fact)));
  const ids = had.map(([id]) => id);
  ledger.repeated = ids.length - new Set(ids).size;
  const sequences = ids.map((id) => Number.parseInt(id.split('-')[1] ?? '', 36));
  const backwards = sequences.filter((sequence, index) => sequence <= (sequences[index - 1] ?? 0));
  if (backwards.length > ledger.kills) ledger.wrong.push('told again, not only after a kill');
  if (ledger.repeated > ledger.kills * mostAgain) ledger.wrong.push('more than a page was told again');
}
