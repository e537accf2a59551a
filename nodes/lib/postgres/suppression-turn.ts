/** Work that changes an app's suppression list comes in; it is done while nobody else, on whatever machine, changes it. */
import { EmailError } from '../kernel/errors.ts';
import type { Place, Queries } from './database.ts';

export interface ListPlace extends Place {
  /** Of the key that addresses are hashed with. */
  readonly fingerprint: string;
  /** All spellings of a mailbox are one person. */
  readonly folds: boolean;
}

export interface ListTurn {
  readonly tx: Queries;
  /** False as long as nobody was ever erased: what is added need not be looked up then. */
  readonly someErased: boolean;
}

const stateTable = 'email_app.suppression_state';

/** Throws EmailError `wrong-key` when the list was made with another key. An empty list takes any. */
export async function openList({ database, appId, fingerprint }: ListPlace): Promise<void> {
  const [state] = await database.query<{ fingerprint: string }>(
    `INSERT INTO ${stateTable} AS state (app, fingerprint) VALUES ($1, $2)
      ON CONFLICT (app) DO UPDATE SET fingerprint = excluded.fingerprint
        WHERE state.entries = 0 AND NOT EXISTS (SELECT FROM email_app.suppression_event WHERE app = $1)
      RETURNING fingerprint`,
    [appId, fingerprint],
  );
  if (!state) await database.query(readState, [appId]).then(([found]) => requireKey(found, fingerprint));
}

/** Ends with one commit. Finding waits for nobody, and nobody for it. */
export function inTurn<Result>(
  { database, appId, fingerprint }: ListPlace,
  work: (turn: ListTurn) => Promise<Result>,
): Promise<Result> {
  return database.transaction(async (tx) => {
    const [state] = await tx.query<StateRow>(`${readState} FOR UPDATE`, [appId]);
    return work({ tx, someErased: requireKey(state, fingerprint).some_erased });
  });
}

interface StateRow {
  readonly fingerprint: string;
  readonly some_erased: boolean;
}

const readState = `SELECT fingerprint, some_erased FROM ${stateTable} WHERE app = $1`;

/** A list whose state is gone, or is another's, must not be taken for an empty one: everybody would be mailed. */
export function requireKey<State extends Pick<StateRow, 'fingerprint'>>(
  state: State | undefined,
  fingerprint: string,
): State {
  if (!state)
    throw new EmailError('store-corrupt', { detail: { value: stateTable, why: 'it has lost this app' } });
  if (state.fingerprint !== fingerprint) throw new EmailError('wrong-key', { detail: { value: stateTable } });
  return state;
}
