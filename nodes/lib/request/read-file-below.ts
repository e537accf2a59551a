/** A path from outside comes in; the content of a regular file that really lies below the folder goes out. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { EmailError } from '../kernel/errors.ts';
import { fileBelow } from './path-below.ts';

export interface WantedFile {
  /** Absolute, or relative to the folder. */
  readonly path: string;
  readonly field: string;
  /** Told the size in bytes before anything is read; throws if it is too much. */
  readonly admit: (size: number) => void;
}

/** Throws EmailError: `attachment-source-refused` outside the folder, `bad-attachment` if there is no such file. */
export async function readFileBelow(folder: string, { path, field, admit }: WantedFile): Promise<Uint8Array> {
  const real = await fileBelow(folder, path).catch(unreadable(field));
  if (real === undefined)
    throw new EmailError('attachment-source-refused', { field, detail: { value: path } });
  // A pipe would block the opening without O_NONBLOCK, which Windows has not.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const file = await open(real, flags).catch(unreadable(field));
  return readRegularFile(file, field, admit).finally(() => file.close());
}

async function readRegularFile(
  file: FileHandle,
  field: string,
  admit: (size: number) => void,
): Promise<Uint8Array> {
  const stats = await file.stat();
  if (!stats.isFile()) throw badFile(field, 'it is not a regular file');
  admit(stats.size);
  const content = new Uint8Array(stats.size);
  const { bytesRead } = await file.read(content, 0, stats.size, 0);
  if (bytesRead !== stats.size) throw badFile(field, 'the file changed while it was read');
  return content;
}

function unreadable(field: string): (cause: NodeJS.ErrnoException) => never {
  return (cause) => {
    throw badFile(field, cause.code === 'ENOENT' ? 'there is no such file' : 'the file cannot be read');
  };
}

function badFile(field: string, why: string): EmailError {
  return new EmailError('bad-attachment', { field, detail: { why } });
}
