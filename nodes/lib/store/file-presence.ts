/** A file that is open comes in; whether its name still leads to it goes out. */
import { statSync } from 'node:fs';

/** What is written to a file that was removed, or whose folder was, is gone with the process, and nothing fails. */
export function filePresence(file: string): () => boolean {
  const look = () => statSync(file, { bigint: true, throwIfNoEntry: false });
  const opened = look();
  return () => {
    const found = look();
    return found?.ino === opened?.ino && found?.dev === opened?.dev;
  };
}
