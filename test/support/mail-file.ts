import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string | undefined;
let count = 0;

/** A raw mail in a file of its own, gone when the process ends. */
export function mailFile(raw: string | Uint8Array): string {
  folder ??= newFolder();
  count += 1;
  const file = join(folder, `${count}.eml`);
  writeFileSync(file, raw);
  return file;
}

function newFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'mail-file-'));
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  return made;
}
