/** An app's folder with a long suppression list: made once, kept in the system's temporary folder for later runs. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKeyRing } from '../nodes/lib/keys/open-key-ring.ts';
import { openStore } from '../nodes/lib/store/open-store.ts';
import { sqliteSuppressionList } from '../nodes/lib/store/sqlite-suppression-list.ts';
import type { SuppressionImport } from '../nodes/lib/suppression/suppression-import.ts';
import { listedRecipient } from './sample-mail.ts';

const entriesOfCall = 1000;

type Tell = (line: string) => void;

/** Resolves to the folder, which must only be copied. Half-made ones have another name and are made anew. */
export async function filledList(entries: number, tell: Tell): Promise<string> {
  const folder = join(tmpdir(), `email-app-bench-list-${entries}`);
  if (existsSync(folder) && (await isWhole(folder, entries))) return folder;
  const unfinished = `${folder}.part`;
  for (const old of [folder, unfinished]) await rm(old, { recursive: true, force: true });
  await fill(unfinished, entries, tell);
  await rename(unfinished, folder);
  return folder;
}

async function isWhole(folder: string, entries: number): Promise<boolean> {
  if (!existsSync(join(folder, 'suppression.filter'))) return false;
  const opened = await open(folder).catch(() => undefined);
  const count = await opened?.list.count();
  await opened?.store.close();
  return count === entries;
}

async function fill(folder: string, entries: number, tell: Tell): Promise<void> {
  tell(`Filling a suppression list of ${entries.toLocaleString('en')} entries; it is kept for the next run.`);
  const { store, list } = await open(folder);
  const load = await list.startImport(0);
  await stageAll(load, entries, progress('gathered', entries, tell));
  await load.commit(progress('saved', entries, tell));
  // The filter in memory is written at the end only if it is complete by then.
  while ((await store.client.call('suppression.fill', undefined)).more);
  await store.close();
}

async function stageAll(load: SuppressionImport, entries: number, tellOf: (done: number) => void) {
  const at = Date.now();
  for (let done = 0; done < entries; done += entriesOfCall) {
    const some = Array.from({ length: Math.min(entriesOfCall, entries - done) }, (_, index) => {
      return { address: listedRecipient(done + index), cause: 'unsubscribe', method: 'import', at } as const;
    });
    await load.stage(some);
    tellOf(done + some.length);
  }
}

/** A line for every tenth. */
function progress(what: string, entries: number, tell: Tell): (done: number) => void {
  let told = 0;
  return (done) => {
    const tenth = Math.floor((done * 10) / entries);
    if (tenth > told) tell(`${tenth * 10} % ${what}`);
    told = tenth;
  };
}

async function open(folder: string) {
  const now = Date.now();
  const store = await openStore({
    folder,
    now,
    unknown: 'hold',
    maxWaiting: 1,
    workerFile: new URL('../nodes/lib/store/store-worker.ts', import.meta.url),
    nodeVersion: process.versions.node,
  });
  try {
    const keys = await openKeyRing({ folder, now, randomBytes });
    return { store, list: await sqliteSuppressionList(store, keys) };
  } catch (error) {
    // A list of other keys or hashes is filled anew.
    await store.close();
    throw error;
  }
}
