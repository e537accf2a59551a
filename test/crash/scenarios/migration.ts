/** Folders of every older schema, killed again and again while they are brought to the newest. */
import { once } from 'node:events';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openTestStore } from '../../support/sqlite-suppressions.ts';
import { type Load, linesOf, startLoad } from '../killed-process.ts';
import {
  allSchemas,
  type Contents,
  changedTables,
  contentsOf,
  makeOlderFolder,
  newestVersion,
  rowsOfTable,
  schemaIn,
  versionOf,
} from '../older-folder.ts';
import { Ledger, type Orders, type Scenario, type Toll } from '../scenario.ts';

export const migration: Scenario = {
  name: 'migration',
  subject: 'the migration of an older folder',
  promise: 'keeps all that was there, and never leaves a version half done',
  kills: 10,
  leastPerKill: 100,
  states: ['between versions', 'at the newest'],
  controls: [{ mode: 'unguarded', fault: 'leaving a version half done', in: 'wrong', kills: 5 }],
  run,
};

/** Goes through all of them, old and new ones in turn. */
const versionStride = 3;

async function run({ folder: parent, kills, mode, onKill }: Orders): Promise<Toll> {
  const ledger = new Ledger();
  const times = [await timeOf(join(parent, 'first'), mode), await timeOf(join(parent, 'second'), mode)];
  const longest = Math.min(...times);
  const schemas = allSchemas();
  for (let round = 0; ledger.kills < kills; round += 1) {
    const version = (1 + round * versionStride) % newestVersion;
    const folder = join(parent, `app-${round}`);
    await makeOlderFolder(folder, version);
    const contents = look(folder, contentsOf);
    for (const { rows } of contents.values()) ledger.accepted += rows.split('\n').length;
    const time = (longest * (newestVersion - version + 1)) / newestVersion;
    for (let isDone = false; !isDone && ledger.kills < kills; onKill()) {
      const killed = await isKilled(start(folder, Math.random() ** 2 * 2 * time, mode));
      if (!killed) return { ...ledger, lost: [`a folder of version ${version} does not open`] };
      ledger.kills += 1;
      isDone = checkFile(folder, { schemas, contents, from: version }, ledger) || mode !== 'honest';
    }
    if (mode === 'honest') await checkFolder(folder, version, ledger);
    rmSync(folder, { recursive: true });
  }
  return ledger;
}

/** µs of all steps. */
async function timeOf(folder: string, mode: string): Promise<number> {
  await makeOlderFolder(folder, 0);
  const load = start(folder, 2_000_000, mode);
  await isKilled(load);
  return Number(linesOf(load.log)[0]?.[1] ?? 2_000_000);
}

function start(folder: string, delay: number, mode: string): Load {
  return startLoad('migration-load.ts', [folder, Math.round(delay), mode], `${folder}.log`);
}

/** It kills itself. */
async function isKilled({ child }: Load): Promise<boolean> {
  const [, signal] = await once(child, 'exit');
  return signal === 'SIGKILL';
}

/** At a copy, so that the next process finds what the kill left. */
function look<Result>(folder: string, work: (database: DatabaseSync) => Result): Result {
  const copy = `${folder}-copy`;
  cpSync(folder, copy, { recursive: true });
  const database = new DatabaseSync(join(copy, 'app.sqlite'));
  try {
    return work(database);
  } finally {
    database.close();
    rmSync(copy, { recursive: true });
  }
}

interface Expected {
  readonly schemas: readonly string[];
  readonly contents: Contents;
  readonly from: number;
}

/** True if it is at the newest version. */
function checkFile(folder: string, { schemas, contents, from }: Expected, ledger: Ledger): boolean {
  return look(folder, (database) => {
    const version = versionOf(database);
    const isWhole = schemaIn(database) === schemas[version];
    if (!isWhole) ledger.wrong.push(`from version ${from}: version ${version} is half done`);
    else ledger.lost.push(...changedTables(database, contents).map((table) => `${table} from ${from}`));
    const isNewest = version === newestVersion;
    ledger.noteFound(isNewest ? 'at the newest' : 'between versions');
    return isNewest;
  });
}

/** Opens it as the app does. */
async function checkFolder(folder: string, version: number, ledger: Ledger): Promise<void> {
  const store = await openTestStore(folder, { now: Date.now() });
  const expected = [1, 2, 4].map((first) => (version >= first ? rowsOfTable : 0));
  const found = [
    (await store.outbox.counts(Date.now())).waiting,
    await store.suppressions.count(),
    (await store.inbound.counts()).waiting,
  ];
  await store.close();
  if (String(found) !== String(expected))
    ledger.lost.push(`from ${version}: ${found} are left of ${expected}`);
}
