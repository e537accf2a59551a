/** What the list knows about itself: its size, its key, and a mark of the last run that changed it. */
import { randomUUID } from 'node:crypto';
import { EmailError } from '../kernel/errors.ts';
import { prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

export interface SuppressionState {
  entries(): number;
  /**
   * Random, new with the first change after each opening: a filter file that carries it knows all entries, and one
   * from before a crash or beside a restored backup does not carry it.
   */
  generation(): string;
  /** Notes a change within its own transaction. */
  changed(entriesMore: number): void;
  /** False as long as nobody was ever erased: what is added need not be looked up then. */
  someErased(): boolean;
  noteErased(): void;
  /** False if the list was made with another key. An empty list takes any. */
  takesKey(fingerprint: string): boolean;
}

interface StateRow {
  readonly entries: number;
  readonly generation: string;
  readonly fingerprint: string;
  readonly some_erased: number;
}

export function suppressionState({ database, file }: StoreContext): SuppressionState {
  const thisRun = randomUUID();
  const read = prepareStatement<StateRow>(database, 'SELECT * FROM suppression_state');
  const change = prepareStatement(
    database,
    'UPDATE suppression_state SET entries = entries + ?, generation = ?',
  );
  const setKey = prepareStatement(database, 'UPDATE suppression_state SET fingerprint = ?');
  const setErased = prepareStatement(database, 'UPDATE suppression_state SET some_erased = 1');
  const findEvent = prepareStatement(database, 'SELECT 1 FROM suppression_event LIMIT 1');
  const state = (): StateRow => {
    const row = read.get();
    // taken for an empty list, everybody would be mailed
    if (!row)
      throw new EmailError('store-corrupt', {
        detail: { value: file, why: 'the state of its list is missing' },
      });
    return row;
  };
  let someErased = state().some_erased === 1;
  return {
    entries: () => state().entries,
    generation: () => state().generation,
    changed: (entriesMore) => void change.run(entriesMore, thisRun),
    someErased: () => someErased,
    noteErased() {
      someErased = true;
      setErased.run();
    },
    takesKey(fingerprint) {
      const { entries, fingerprint: known } = state();
      if (known === fingerprint) return true;
      if (entries > 0 || findEvent.get()) return false;
      setKey.run(fingerprint);
      return true;
    },
  };
}
