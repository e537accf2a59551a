/** Room on the disk that is kept for those who leave: a file that shrinks when the disk is full, and is made whole again. */
import { randomBytes } from 'node:crypto';
import { rmSync, statfsSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmailError } from '../kernel/errors.ts';
import { isDiskFull } from './store-failure.ts';

export interface DiskReserve {
  /** Makes it whole if the disk has room for that, and for as much as all of it beside; false if it is not whole then. */
  keep(): boolean;
  /**
   * Comes before what can wait, e.g. a new mail, which never gets anything of the reserve. Throws EmailError `disk-full`,
   * retryable, while it is not whole, or while fewer bytes than `spare` are free beside it.
   */
  requireRoom(spare?: number): void;
  /**
   * Does the work. If it meets a full disk it is done again, now refusing what can wait, and as long as that does not
   * help, with a part of the reserve given up: little by little, for others may be filling the disk, too.
   */
  spend<Result>(work: () => Result): Result;
}

const step = 1024 * 1024;

/** Of so many bytes, in a folder that need not be there yet. */
export function diskReserve(folder: string, bytes: number): DiskReserve {
  const file = join(folder, 'reserve');
  let left = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  let isSpending = false;

  function keep(): boolean {
    if (left < bytes && freeBytes(folder) >= 2 * bytes - left) left = write(file, bytes);
    return left >= bytes;
  }
  function giveUpSome(): boolean {
    if (left === 0) return false;
    left = Math.max(left - step, 0);
    truncateSync(file, left);
    return true;
  }
  function spendOn<Result>(work: () => Result): Result {
    for (;;) {
      try {
        return work();
      } catch (error) {
        if (!isDiskFull(error) || !giveUpSome()) throw error;
      }
    }
  }
  return {
    keep,
    requireRoom(spare = 0) {
      if (isSpending || !keep() || (spare > 0 && freeBytes(folder) < spare))
        throw new EmailError('disk-full', { detail: { value: folder }, retryable: true });
    },
    spend(work) {
      try {
        return work();
      } catch (error) {
        if (!isDiskFull(error)) throw error;
        isSpending = true;
        return spendOn(work);
      } finally {
        isSpending = false;
      }
    },
  };
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** Answers how much of it there is. Of noise, since some file systems store zeros as nothing. */
function write(file: string, bytes: number): number {
  try {
    writeFileSync(file, randomBytes(bytes), { mode: 0o600, flush: true });
    return bytes;
  } catch {
    rmSync(file, { force: true });
    return 0;
  }
}
