/** Raw mail comes in as it arrives; it lies in memory if it is small, and else in a file, on disk when this resolves. */
import { type FileHandle, open, rename, rm, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EmailError } from '../kernel/errors.ts';
import { isDiskFull } from './store-failure.ts';

/** Of a small mail; most are. */
const inMemory = 64 * 1024;
/** Written at once, so that a mail in many small pieces is not as many calls. */
const pieceSize = 256 * 1024;
/** Free bytes that what is written here leaves to everything else. */
const lowWater = 64 * 1024 * 1024;

export type KeptMail = { readonly size: number; readonly bytes?: Uint8Array };

export type FreeBytes = (folder: string) => Promise<number>;

export const freeBytes: FreeBytes = async (folder) => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

/**
 * Without `bytes` in the answer it is in the file. Throws EmailError `mail-too-large`, `disk-full`, and what `raw` and
 * the file system throw; then there is no file.
 */
export async function keepMail(
  raw: AsyncIterable<Uint8Array>,
  file: string,
  limit: number,
  free: FreeBytes = freeBytes,
): Promise<KeptMail> {
  const writer = mailWriter(file, free);
  try {
    let size = 0;
    for await (const chunk of raw) {
      size += chunk.byteLength;
      if (size > limit) throw tooLarge(limit);
      await writer.add(chunk);
    }
    return { size, bytes: await writer.finish() };
  } catch (error) {
    await writer.abandon();
    throw isDiskFull(error) ? diskFull(dirname(file)) : error;
  }
}

function mailWriter(file: string, free: FreeBytes) {
  const unfinished = `${file}.part`;
  let handle: FileHandle | undefined;
  let waiting: Uint8Array[] = [];
  let length = 0;

  /** Looked at for each piece, for others fill the disk, too. */
  async function flush(): Promise<void> {
    await requireRoom(dirname(file), length, free);
    handle ??= await open(unfinished, 'wx', 0o600);
    await handle.writev(waiting);
    waiting = [];
    length = 0;
  }
  return {
    async add(chunk: Uint8Array): Promise<void> {
      waiting.push(chunk);
      length += chunk.byteLength;
      if (length > (handle ? pieceSize : inMemory)) await flush();
    },
    /** The bytes, if no file was needed. */
    async finish(): Promise<Uint8Array | undefined> {
      if (!handle) return Buffer.concat(waiting);
      if (length > 0) await flush();
      await keepFile(handle, file);
      return undefined;
    },
    async abandon(): Promise<void> {
      await handle?.close().catch(() => {});
      if (handle) await Promise.all([rm(unfinished, { force: true }), rm(file, { force: true })]);
    },
  };
}

/** Throws EmailError `disk-full`. */
export async function requireRoom(folder: string, bytes: number, free: FreeBytes = freeBytes): Promise<void> {
  if ((await free(folder)) < lowWater + bytes) throw diskFull(folder);
}

/** What was written to the file's `.part` is the file, on disk with its name. */
export async function keepFile(handle: FileHandle, file: string): Promise<void> {
  await handle.sync();
  await handle.close();
  await rename(`${file}.part`, file);
  await syncFolderOf(file);
}

/** Windows opens no folders, and keeps names safe by itself. */
async function syncFolderOf(file: string): Promise<void> {
  const folder = await open(dirname(file), 'r').catch((error: { code?: unknown }) => {
    if (['EISDIR', 'EPERM'].includes(String(error.code))) return undefined;
    throw error;
  });
  await folder?.sync().finally(() => folder.close());
}

function tooLarge(limit: number): EmailError {
  return new EmailError('mail-too-large', { detail: { limit: (limit / 1_000_000).toFixed(1) } });
}

export function diskFull(folder: string): EmailError {
  return new EmailError('disk-full', { detail: { value: folder }, retryable: true });
}
