/** Troubles come in, however often; each is passed on once an hour. */
import type { Clock } from '../kernel/clock.ts';
import type { EmailError } from '../kernel/errors.ts';

const hour = 3_600_000;
const mostKept = 100;

/** What anybody can cause from outside must not fill a log. */
export function seldom(clock: Clock, onTrouble: (error: EmailError) => void): (error: EmailError) => void {
  const told = new Map<string, number>();
  return (error) => {
    const now = clock.now();
    const last = told.get(error.message);
    if (last !== undefined && now - last < hour && now >= last) return;
    if (told.size >= mostKept) told.clear();
    told.set(error.message, now);
    onTrouble(error);
  };
}
