/** An app's folder with a long suppression list. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SuppressionImport } from '../nodes/lib/suppression/suppression-import.ts';
import { filledFolder } from './filled-folder.ts';
import { openListIn } from './open-list.ts';
import { listedRecipient } from './sample-mail.ts';
import type { Tell } from './suite.ts';

const entriesOfCall = 1000;

/** Resolves to the folder, which must only be copied. */
export function filledList(entries: number, tell: Tell): Promise<string> {
  return filledFolder({
    name: `list-${entries}`,
    isWhole: (folder) => isWhole(folder, entries),
    fill: (folder) => fill(folder, entries, tell),
  });
}

async function isWhole(folder: string, entries: number): Promise<boolean> {
  if (!existsSync(join(folder, 'suppression.filter'))) return false;
  const opened = await openListIn(folder).catch(() => undefined);
  const count = await opened?.list.count();
  await opened?.store.close();
  return count === entries;
}

async function fill(folder: string, entries: number, tell: Tell): Promise<void> {
  tell(`Filling a suppression list of ${entries.toLocaleString('en')} entries; it is kept for the next run.`);
  const { store, list } = await openListIn(folder);
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
