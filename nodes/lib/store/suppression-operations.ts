/** The suppression list's operations by name, as the worker runs them. */
import { dirname } from 'node:path';
import { EmailError } from '../kernel/errors.ts';
import type { Suppression, SuppressionEvent } from '../suppression/suppression-list.ts';
import { limitTo, prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';
import { entryAdding, eraseOperation, pruneOperation, removeOperation } from './suppression-changes.ts';
import { type FillStep, SuppressionFilter } from './suppression-filter.ts';
import { importOperations } from './suppression-import-operations.ts';
import {
  bytesOf,
  type EntryRow,
  type EventRow,
  entryColumns,
  type PostedEntry,
  type PostedHash,
  toEvent,
  toSuppression,
} from './suppression-rows.ts';
import { suppressionState } from './suppression-state.ts';

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
  const { file } = context;
  const state = suppressionState(context);
  const filter = new SuppressionFilter(context, state);
  const addEntry = entryAdding(context, filter);
  const imports = importOperations(context, { state, addEntry });
  return {
    'suppression.open': (fingerprint: string): OpenedList => {
      if (!state.takesKey(fingerprint))
        throw new EmailError('wrong-key', { detail: { value: dirname(file) } });
      return { filter: filter.ready, importing: imports.isUnderWay() };
    },
    'suppression.fill': (_: undefined): FillStep => filter.fill(),
    'suppression.add': (entries: readonly PostedEntry[]): Addition => {
      const outcomes = entries.map(addEntry);
      const positions = outcomes.flatMap((outcome, index) => (outcome ? [index] : []));
      if (positions.length > 0) state.changed(outcomes.filter((outcome) => outcome === 'new').length);
      return { positions, isOutgrown: filter.isOutgrown };
    },
    'suppression.remove': removeOperation(context, state),
    'suppression.erase': eraseOperation(context),
    'suppression.prune': pruneOperation(context, state),
    'suppression.find': findOperation(context),
    'suppression.history': historyOperation(context),
    'suppression.list': listOperation(context),
    'suppression.count': (_: undefined): number => state.entries(),
    ...imports.operations,
  };
}

function findOperation({ database }: StoreContext) {
  const find = prepareStatement<EntryRow>(
    database,
    `SELECT ${entryColumns} FROM suppression WHERE hash = ? AND (expires_at IS NULL OR expires_at > ?)`,
  );
  return ({ hashes, now }: { hashes: readonly PostedHash[]; now: number }): FoundEntry[] =>
    hashes.flatMap((hash) =>
      find.all(bytesOf(hash), now).map((row) => ({ hash, entry: toSuppression(row) })),
    );
}

function historyOperation({ database }: StoreContext) {
  const columns = 'topic, cause, method, at, email_id, ip, user_agent, detail';
  const find = prepareStatement<EventRow>(
    database,
    `SELECT action, ${columns}, key FROM suppression_event WHERE hash = ?1
      UNION ALL SELECT 'added', ${columns}, 9e18 FROM suppression WHERE hash = ?1 ORDER BY at, key`,
  );
  return (hash: PostedHash): SuppressionEvent[] => find.all(bytesOf(hash)).map(toEvent);
}

export interface ListedPage {
  readonly entries: readonly Suppression[];
  readonly next?: string;
}

function listOperation({ database }: StoreContext) {
  const find = prepareStatement<EntryRow>(
    database,
    `SELECT ${entryColumns} FROM suppression
      WHERE (hash, topic, cause) > (?, ?, ?) ORDER BY hash, topic, cause ${limitTo}`,
  );
  return ({ limit, after }: { limit: number; after?: string }): ListedPage => {
    const { hash, topic, cause } = readCursor(after);
    const rows = find.all(hash, topic, cause, limit);
    const last = rows.at(-1);
    return {
      entries: rows.map(toSuppression),
      next: last && rows.length === limit ? writeCursor(last) : undefined,
    };
  };
}

function writeCursor({ hash, topic, cause }: EntryRow): string {
  return [Buffer.from(hash).toString('hex'), cause, topic].join(' ');
}

function readCursor(cursor: string | undefined) {
  if (cursor === undefined) return { hash: new Uint8Array(0), topic: '', cause: '' };
  const [, hash, cause, topic] = /^([0-9a-f]{32}) ([a-z-]+) (.*)$/.exec(cursor) ?? [];
  if (hash === undefined || cause === undefined || topic === undefined) {
    throw new EmailError('bad-request', { field: 'after', detail: { why: 'it is not the end of a page' } });
  }
  return { hash: Buffer.from(hash, 'hex'), topic, cause };
}
