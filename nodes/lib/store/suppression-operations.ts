/** The suppression list's operations by name, as the worker runs them. */
import { dirname } from 'node:path';
import { EmailError } from '../kernel/errors.ts';
import type { Suppression, SuppressionEvent } from '../suppression/suppression-list.ts';
import { withSecureDelete } from './forget-thoroughly.ts';
import { limitTo, prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';
import {
  entryAdding,
  eraseOperation,
  type PostedRemoval,
  pruneOperation,
  removeOperation,
} from './suppression-changes.ts';
import { readCursor, writeCursor } from './suppression-cursor.ts';
import { type FillStep, SuppressionFilter } from './suppression-filter.ts';
import { importOperations } from './suppression-import-operations.ts';
import { ofPerson, SuppressionPerson } from './suppression-person.ts';
import {
  type EntryRow,
  type EventRow,
  entryColumns,
  hashesOf,
  type PostedEntry,
  type PostedHash,
  toEvent,
  toSuppression,
} from './suppression-rows.ts';
import { suppressionState } from './suppression-state.ts';
import { type SuppressionTelling, suppressionTelling } from './suppression-told.ts';

export interface OpeningOrder {
  readonly fingerprint: string;
  /** All spellings of a mailbox are one person. */
  readonly foldAddresses: boolean;
}

export interface OpenedList {
  readonly filter?: SharedArrayBuffer;
  /** An import was decided before a crash: it has to be worked through. */
  readonly importing: boolean;
}

export interface Addition {
  /** Of those that were not there. */
  readonly positions: readonly number[];
  /** The filter has to be filled anew. */
  readonly isOutgrown: boolean;
}

export interface FoundEntry {
  readonly hash: PostedHash;
  readonly entry: Suppression;
}

export function suppressionOperations(context: StoreContext) {
  const { database, file } = context;
  const state = suppressionState(context);
  const filter = new SuppressionFilter(context, state);
  const person = new SuppressionPerson();
  const addEntry = entryAdding(context, { filter, state, person });
  const thoroughly =
    <Input, Result>(operation: (input: Input) => Result) =>
    (input: Input): Result =>
      withSecureDelete(database, () => operation(input));
  const tell = suppressionTelling(context);
  const imports = importOperations(context, {
    state,
    addEntry,
    filter,
    onImported: tell.imported,
  });
  return {
    'suppression.open': ({ fingerprint, foldAddresses }: OpeningOrder): OpenedList => {
      if (!state.takesKey(fingerprint))
        throw new EmailError('wrong-key', { detail: { value: dirname(file) } });
      person.folds = foldAddresses;
      return { filter: filter.ready, importing: imports.isUnderWay() };
    },
    'suppression.fill': (_: undefined): FillStep => filter.fill(),
    'suppression.add': (entries: readonly PostedEntry[]): Addition => {
      const outcomes = entries.map((entry) => {
        const { outcome, ofErased } = addEntry(entry, hashesOf(entry.hash));
        if (outcome) tell.added(entry, ofErased);
        return outcome;
      });
      const positions = outcomes.flatMap((outcome, index) => (outcome ? [index] : []));
      if (positions.length > 0) state.changed(outcomes.filter((outcome) => outcome === 'new').length);
      return { positions, isOutgrown: filter.isOutgrown };
    },
    'suppression.remove': thoroughly(toldRemoval(removeOperation(context, { state, person }), tell)),
    'suppression.erase': thoroughly(eraseOperation(context, { state, person })),
    'suppression.prune': thoroughly(pruneOperation(context, state)),
    'suppression.find': findOperation(context, person),
    'suppression.history': historyOperation(context, person),
    'suppression.list': listOperation(context),
    'suppression.count': (_: undefined): number => state.entries(),
    ...imports.operations,
  };
}

function toldRemoval(remove: ReturnType<typeof removeOperation>, tell: SuppressionTelling) {
  return (removal: PostedRemoval): boolean => {
    const entries = remove(removal);
    if (entries.length > 0) tell.removed(removal, entries);
    return entries.length > 0;
  };
}

function findOperation({ database }: StoreContext, person: SuppressionPerson) {
  const find = prepareStatement<EntryRow>(
    database,
    `SELECT ${entryColumns} FROM suppression WHERE ${ofPerson} AND (expires_at IS NULL OR expires_at > ?4)`,
  );
  return ({ hashes, now }: { hashes: readonly PostedHash[]; now: number }): FoundEntry[] =>
    hashes.flatMap((hash) =>
      find.all(...person.valuesOf(hashesOf(hash)), now).map((row) => ({ hash, entry: toSuppression(row) })),
    );
}

function historyOperation({ database }: StoreContext, person: SuppressionPerson) {
  const columns = 'topic, cause, method, at, email_id, ip, user_agent, detail';
  const find = prepareStatement<EventRow>(
    database,
    `SELECT action, ${columns}, key FROM suppression_event WHERE ${ofPerson}
      UNION ALL SELECT 'added', ${columns}, 9e18 FROM suppression WHERE ${ofPerson} ORDER BY at, key`,
  );
  return (hash: PostedHash): SuppressionEvent[] => find.all(...person.valuesOf(hashesOf(hash))).map(toEvent);
}

export interface ListedPage {
  readonly entries: readonly Suppression[];
  readonly next?: string;
}

function listOperation({ database }: StoreContext) {
  const find = prepareStatement<EntryRow>(
    database,
    `SELECT ${entryColumns} FROM suppression
      WHERE (person, spelling, topic, cause) > (?, ?, ?, ?) ORDER BY person, spelling, topic, cause ${limitTo}`,
  );
  return ({ limit, after }: { limit: number; after?: string }): ListedPage => {
    const rows = find.all(...readCursor(after), limit);
    const last = rows.at(-1);
    return {
      entries: rows.map(toSuppression),
      next: last && rows.length === limit ? writeCursor(last) : undefined,
    };
  };
}
