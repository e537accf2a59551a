/** The import of a list, killed while it is staged, decided, worked through, and taken up again at the next start. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { openTestStore } from '../../support/sqlite-suppressions.ts';
import { entriesOfList } from '../import-terms.ts';
import { killNow, linesOf, startLoad, untilWritten } from '../killed-process.ts';
import { Ledger, type Orders, type Scenario, type Toll } from '../scenario.ts';

export const listImport: Scenario = {
  name: 'import',
  subject: 'a list import',
  promise: 'leaves all of a list or nothing, told of once, and keeps the old entries',
  kills: 8,
  leastPerKill: 0.25,
  states: ['staging', 'halfway', 'taken up again'],
  controls: [
    { mode: 'early', fault: 'losing a list: it speaks too early', in: 'lost', kills: 4 },
    { mode: 'piecemeal', fault: 'leaving half a list', in: 'wrong', kills: 2 },
  ],
  run,
};

/** What a process has written when it is to be killed, and ms from then on. */
const moments = [
  ['stepped', 0],
  ['begun', 0],
  ['stepped', 30],
  ['staged', 200],
  ['begun', 400],
] as const;

const oldAddresses = Array.from({ length: 50 }, (_, index) => `old${index}@list-old.example`);

async function run({ folder: parent, kills, mode, onKill }: Orders): Promise<Toll> {
  const folder = join(parent, 'app');
  const ledger = new Ledger();
  const begun = new Map<string, number>();
  const imported = new Set<string>();
  await fillOld(folder);
  for (let index = 0; index < kills; index += 1) {
    const isPending = existsSync(join(folder, 'import.sqlite'));
    const load = startLoad('import-load.ts', [folder, index, mode], join(parent, `${index}.log`));
    // some as soon as they open, where they take up what the one before had decided
    const [text, longest] =
      mode === 'early' ? ['imported', 20] : (moments[index % moments.length] ?? ['', 0]);
    await untilWritten(load, text);
    await wait(Math.random() * longest);
    await killNow(load);
    const lines = linesOf(load.log);
    for (const [verb, list = '', at] of lines) {
      if (verb === 'begun') begun.set(list, Number(at));
      if (verb === 'stepped' || verb === 'imported') imported.add(list);
    }
    ledger.kills += 1;
    ledger.noteFound(stateOf(lines.at(-1)), ...(isPending ? ['taken up again'] : []));
    onKill();
  }
  await checkOld(folder, ledger);
  await checkLists(folder, { begun, imported }, ledger);
  return ledger;
}

function stateOf([verb]: readonly string[] = []): string {
  if (verb === 'begun') return 'staging';
  if (verb === 'staged') return 'staged';
  return verb === 'stepped' ? 'halfway' : 'done';
}

async function fillOld(folder: string): Promise<void> {
  const store = await openTestStore(folder);
  const entry = { cause: 'unsubscribe', method: 'page', at: 1 } as const;
  await store.suppressions.add(oldAddresses.map((address) => ({ address, ...entry })));
  await store.close();
}

/** The last opening takes up what is left. */
async function checkOld(folder: string, ledger: Ledger): Promise<void> {
  const store = await openTestStore(folder);
  // begins when what was decided is done
  await (await store.suppressions.startImport(0)).drop();
  const found = await store.suppressions.find(oldAddresses, Date.now());
  ledger.lost.push(...oldAddresses.filter((address) => !found.has(address)));
  await store.close();
  if (existsSync(join(folder, 'import.sqlite'))) ledger.wrong.push('the file of an import was left');
}

interface Lists {
  /** By their names, their times. */
  readonly begun: ReadonlyMap<string, number>;
  readonly imported: ReadonlySet<string>;
}

async function checkLists(folder: string, { begun, imported }: Lists, ledger: Ledger): Promise<void> {
  const counts = countsIn(folder);
  const told = await eventsIn(folder);
  for (const [list, at] of begun) {
    const count = counts.get(list) ?? 0;
    if (count === entriesOfList) ledger.accepted += 1;
    if (imported.has(list) && count < entriesOfList) ledger.lost.push(`${entriesOfList - count} of ${list}`);
    if (count > 0 && count < entriesOfList) ledger.wrong.push(`${count} of ${list}`);
    const expected = count === entriesOfList ? [entriesOfList] : [];
    const added = told.filter((one) => one.at === at).map((one) => one.added);
    if (String(added) !== String(expected)) ledger.wrong.push(`${list} was told of as ${added}`);
  }
}

function rowsOf<Row>(folder: string, sql: string): Row[] {
  const database = new DatabaseSync(join(folder, 'app.sqlite'));
  const rows = database.prepare(sql).all() as Row[];
  database.close();
  return rows;
}

function countsIn(folder: string): Map<string, number> {
  const list = `replace(substr(address, instr(address, '@list-') + 6), '.example', '')`;
  const sql = `SELECT ${list} AS list, count(*) AS count FROM suppression GROUP BY 1`;
  return new Map(
    rowsOf<{ list: string; count: number }>(folder, sql).map(({ list, count }) => [list, count]),
  );
}

async function eventsIn(folder: string): Promise<{ at: number; added: unknown }[]> {
  const { events, close } = await openTestStore(folder, { now: Date.now() });
  const told: { at: number; added: unknown }[] = [];
  let after: string | undefined;
  do {
    const page = await events.read({ after, types: ['unsubscribe.added'], limit: 1000 });
    after = page.position;
    for (const { at, detail } of page.events)
      if (detail?.method === 'import') told.push({ at, added: detail.added });
  } while (after !== undefined);
  await close();
  return told;
}
