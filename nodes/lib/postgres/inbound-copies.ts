/** Mails that are read on this machine come in; each is a file of its spool for as long as it is needed here. */
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inboundName } from '../store/recover-inbound.ts';
import { storeFailure } from '../store/store-failure.ts';
import type { Place } from './database.ts';

export interface InboundCopies {
  fileOf(id: string): string;
  has(id: string): boolean;
  /** Need not be safe. Throws EmailError when the disk fails, and what `bytes` throws; then there is no file. */
  write(id: string, bytes: AsyncIterable<Uint8Array>): Promise<string>;
  /** One that stays goes at the next start. */
  remove(id: string): Promise<void>;
  ids(): readonly string[];
}

/** Nothing else is ever removed. */
const isUuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Each instance has a folder of its own in this one; those of instances that live no more are gone. */
export async function openCopies(
  folder: string,
  { database, appId, instance }: Place,
): Promise<InboundCopies> {
  const sql = 'SELECT id FROM email_app.instance WHERE app = $1';
  const living = new Set((await database.query<{ id: string }>(sql, [appId])).map(({ id }) => id));
  await onDisk(folder, () => sweep(folder, living));
  const ids = new Set<string>();
  const own = join(folder, instance);
  const fileOf = (id: string) => join(own, inboundName(id));
  const remove = async (id: string) => {
    ids.delete(id);
    await rm(fileOf(id), { force: true }).catch(() => {});
  };
  return {
    fileOf,
    remove,
    has: (id) => ids.has(id),
    ids: () => [...ids],
    async write(id, bytes) {
      const file = fileOf(id);
      ids.add(id);
      try {
        await onDisk(folder, () => writeAll(file, bytes));
        return file;
      } catch (error) {
        await remove(id);
        throw error;
      }
    },
  };
}

async function sweep(folder: string, living: ReadonlySet<string>): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const left = (await readdir(folder)).filter((name) => isUuid.test(name) && !living.has(name));
  await Promise.all(left.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

async function writeAll(file: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, 'w', 0o600);
  try {
    for await (const piece of bytes) await handle.writeFile(piece);
  } finally {
    await handle.close();
  }
}

async function onDisk<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw storeFailure(error, folder, folder);
  }
}
