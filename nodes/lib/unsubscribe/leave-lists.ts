/** An address and lists come in; the suppression list holds it for them, or no longer. */
import type { Evidence, Suppression, SuppressionList } from '../suppression/suppression-list.ts';

export interface Leave {
  readonly address: string;
  readonly emailId: string;
  /** Undefined is all mail. */
  readonly topics: readonly (string | undefined)[];
  readonly method: 'one-click' | 'page';
  readonly now: number;
  readonly evidence: Evidence;
}

/** Whoever left already stays as they are. */
export async function leaveLists({ topics, now, ...who }: Leave, list: SuppressionList): Promise<void> {
  await list.add(topics.map((listTopic) => ({ ...who, listTopic, cause: 'unsubscribe', at: now })));
}

export interface Undo {
  readonly address: string;
  readonly topics: readonly (string | undefined)[];
  /** When the page that offers it was made. */
  readonly issued: number;
  readonly now: number;
  readonly evidence: Evidence;
}

/** A button pressed twice gives a page that is a little younger than what it speaks of. */
const secondPress = 60_000;

/**
 * Takes back what a page of ours did just before `issued`, all of it or nothing: an older wish, a complaint and a
 * bounce are not to be undone by whoever holds a link. False if there was something of that kind, or nothing at all.
 */
export async function undoLeave({ address, topics, ...act }: Undo, list: SuppressionList): Promise<boolean> {
  const held = await list.find([address], act.now);
  const own = (held.get(address) ?? []).filter((entry) => !entry.address.startsWith('@'));
  const isFresh = (entry: Suppression) =>
    entry.cause === 'unsubscribe' && entry.method === 'page' && entry.at >= act.issued - secondPress;
  for (const topic of topics) {
    const entries = own.filter(({ listTopic }) => listTopic === topic);
    if (entries.length === 0 || !entries.every(isFresh)) return false;
  }
  for (const listTopic of topics) {
    // The cause is named: what else comes in meanwhile stays.
    const { now: at, evidence } = act;
    await list.remove({ address, listTopic, cause: 'unsubscribe', method: 'page', at, evidence });
  }
  return true;
}
