/** What the process that is killed and whoever judges it both know. */
import type { NewSuppression } from '../../nodes/lib/suppression/suppression-list.ts';

/** Of each imported list: the store goes through them in a few steps. */
export const entriesOfList = 16_000;

export function entryOf(list: string, index: number, at: number): NewSuppression {
  return { address: `a${index}@list-${list}.example`, cause: 'import', method: 'import', at };
}
