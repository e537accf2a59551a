import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../lib/kernel/clock.ts';
import { EmailError } from '../lib/kernel/errors.ts';
import type { DownloadedFile } from './admin-routes.ts';

/** Files that a person has asked for, each to be fetched once within ten minutes; none outlives the process for long. */
export interface ExportFiles {
  /** `name` is that of the download. */
  write(owner: string, name: string, pieces: AsyncIterable<string | Uint8Array>): Promise<ExportTicket>;
  /** Gone when it was answered. Throws EmailError `export-gone`. */
  take(owner: string, token: string): Promise<DownloadedFile>;
}

export interface ExportTicket {
  readonly name: string;
  readonly token: string;
}

interface Kept {
  /** Id of the email-app node it was written for. */
  readonly owner: string;
  readonly file: string;
  readonly name: string;
  readonly forget: () => Promise<void>;
}

const keptFor = 10 * 60_000;

/** `folder` is its own: what an earlier process left there is removed. */
export function exportFiles(folder: string, clock: Clock): ExportFiles {
  const kept = new Map<string, Kept>();
  const ready = rm(folder, { recursive: true, force: true }).catch(() => {});
  const remove = (file: string) => rm(file, { force: true }).catch(() => {});
  return {
    async write(owner, name, pieces) {
      await ready;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const token = randomBytes(24).toString('base64url');
      const file = join(folder, token);
      try {
        await pipeline(Readable.from(pieces), createWriteStream(file, { flags: 'wx', mode: 0o600 }));
      } catch (thrown) {
        await remove(file);
        throw thrown;
      }
      const callOff = clock.after(keptFor, () => void forget());
      const forget = (): Promise<void> => {
        callOff();
        kept.delete(token);
        return remove(file);
      };
      kept.set(token, { owner, file, name, forget });
      return { name, token };
    },
    async take(owner, token) {
      const found = kept.get(token);
      if (found?.owner !== owner) throw new EmailError('export-gone');
      kept.delete(token);
      const { file, name, forget } = found;
      const { size } = await stat(file);
      return { file, name, size, done: forget };
    },
  };
}
