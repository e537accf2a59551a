/** Folders that take long to fill: made once, kept in the system's temporary folder for later runs, only copied. */
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Filling {
  readonly name: string;
  readonly fill: (folder: string) => Promise<void>;
  /** False, too, for one that another version of this package made. */
  readonly isWhole: (folder: string) => Promise<boolean>;
}

/** Resolves to the folder. Half-made ones have another name and are made anew. */
export async function filledFolder({ name, fill, isWhole }: Filling): Promise<string> {
  const folder = join(tmpdir(), `email-app-bench-${name}`);
  if (existsSync(folder) && (await isWhole(folder))) return folder;
  const unfinished = `${folder}.part`;
  for (const old of [folder, unfinished]) await rm(old, { recursive: true, force: true });
  await fill(unfinished);
  await rename(unfinished, folder);
  return folder;
}
