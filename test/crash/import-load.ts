/**
 * A process made to be killed: imports one list after the other, and writes a line only for what a promise has resolved
 * for. With `early` it lies: it writes that a list is imported before that is decided. With `piecemeal` it adds the
 * entries to the list as they come, instead of importing them.
 *
 *     begun <list> <at>     staged <list>     stepped <list>     imported <list>
 */
import { writeSync } from 'node:fs';
import type { NewSuppression } from '../../nodes/lib/suppression/suppression-list.ts';
import { openTestStore } from '../support/sqlite-suppressions.ts';
import { entriesOfList, entryOf } from './import-terms.ts';

const [folder = '', run = '', mode = ''] = process.argv.slice(2);
const { suppressions } = await openTestStore(folder, { now: Date.now() });
const write = (...words: unknown[]) => writeSync(1, `${words.join(' ')}\n`);
const portion = 500;

function* portionsOf(list: string, at: number): Generator<NewSuppression[]> {
  for (let start = 0; start < entriesOfList; start += portion)
    yield Array.from({ length: portion }, (_, index) => entryOf(list, start + index, at));
}

async function addPiecemeal(list: string, at: number): Promise<void> {
  let added = 0;
  for (const entries of portionsOf(list, at)) {
    await suppressions.add(entries);
    added += entries.length;
    if (added === entriesOfList / 2) write('stepped', list);
  }
}

async function importAll(list: string, at: number): Promise<void> {
  const load = await suppressions.startImport(at);
  for (const entries of portionsOf(list, at)) await load.stage(entries);
  write('staged', list);
  if (mode === 'early') write('imported', list);
  await load.commit(() => write('stepped', list));
}

for (let count = 0; ; count += 1) {
  const list = `${run}x${count}`;
  const at = Number(run) * 1_000_000 + count + 1;
  write('begun', list, at);
  await (mode === 'piecemeal' ? addPiecemeal : importAll)(list, at);
  write('imported', list);
}
