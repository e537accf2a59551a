/** A path from outside comes in; it goes out, with its links followed, only if it really lies below the folder. */
import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';

/** Of a file that is there. Undefined if it lies elsewhere; throws what the file system throws. */
export async function fileBelow(folder: string, path: string): Promise<string | undefined> {
  if (!looksBelow(folder, path)) return undefined;
  const real = await realpath(resolve(folder, path));
  return isBelow(await realpath(folder), real) ? real : undefined;
}

/** Of a file that is to be made in a folder that is there. */
export async function newFileBelow(folder: string, path: string): Promise<string | undefined> {
  if (!looksBelow(folder, path)) return undefined;
  const real = join(await realpath(dirname(resolve(folder, path))), basename(resolve(folder, path)));
  return isBelow(await realpath(folder), real) ? real : undefined;
}

/** Looked at as text first, so that nothing outside is touched and its existence is not told. */
function looksBelow(folder: string, path: string): boolean {
  return !path.includes('\0') && isBelow(resolve(folder), resolve(folder, path));
}

function isBelow(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
