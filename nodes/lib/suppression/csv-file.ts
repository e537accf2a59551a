/** CSV of any length between the list and a file below the folder that the app allows, a piece at a time. */
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { EmailError } from '../kernel/errors.ts';
import { fileBelow, newFileBelow } from '../request/path-below.ts';

/** Throws EmailError `file-refused` when no folder is allowed or the file lies elsewhere, and `bad-file`. */
export async function* readCsvFile(folder: string | undefined, path: string): AsyncGenerator<Uint8Array> {
  const file = placed(path, folder && (await fileBelow(folder, path).catch(unusable)));
  try {
    yield* createReadStream(file) as AsyncIterable<Uint8Array>;
  } catch (thrown) {
    unusable(thrown as NodeJS.ErrnoException);
  }
}

/** A file of that name is replaced when all is written, and stays as it was if anything fails. Throws as above. */
export async function writeCsvFile(
  folder: string | undefined,
  path: string,
  pieces: AsyncIterable<string>,
): Promise<void> {
  const file = placed(path, folder && (await newFileBelow(folder, path).catch(unusable)));
  const unfinished = `${file}.part`;
  try {
    // never through a link that somebody laid there
    await rm(unfinished, { force: true });
    await writeAll(unfinished, pieces);
    await rename(unfinished, file).catch(unusable);
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function writeAll(file: string, pieces: AsyncIterable<string>): Promise<void> {
  const handle = await open(file, 'wx', 0o600).catch(unusable);
  try {
    for await (const piece of pieces) await handle.write(piece).catch(unusable);
    await handle.sync().catch(unusable);
  } finally {
    await handle.close();
  }
}

function placed(path: string, file: string | undefined): string {
  if (file) return file;
  throw new EmailError('file-refused', { field: 'file', detail: { value: path } });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be opened',
  ENOSPC: 'the disk is full',
};

function unusable(cause: NodeJS.ErrnoException): never {
  const why = reasons[cause.code ?? ''] ?? `the system says ${cause.code ?? 'no'}`;
  throw new EmailError('bad-file', { field: 'file', detail: { why }, cause });
}
