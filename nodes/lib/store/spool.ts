/** Contents too large for the database, one file each; a file is on disk before its name is committed. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { syncFolder } from '../kernel/sync-folder.ts';

export interface Spool {
  /** Resolves nothing before file and name are on disk (fsync). */
  write(name: string, bytes: Uint8Array): void;
  read(name: string): Uint8Array;
  pathOf(name: string): string;
  remove(name: string): void;
  /** Names of all files, unfinished ones included. */
  names(): string[];
}

export function openSpool(folder: string): Spool {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pathOf = (name: string) => join(folder, name);
  return {
    write(name, bytes) {
      const unfinished = pathOf(`${name}.part`);
      try {
        writeFileSync(unfinished, bytes, { mode: 0o600, flush: true });
        renameSync(unfinished, pathOf(name));
        syncFolder(folder);
      } catch (error) {
        rmSync(unfinished, { force: true });
        throw error;
      }
    },
    read: (name) => readFileSync(pathOf(name)),
    pathOf,
    remove: (name) => rmSync(pathOf(name), { force: true }),
    names: () => readdirSync(folder),
  };
}
