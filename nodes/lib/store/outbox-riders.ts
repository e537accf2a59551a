/**
 * Cc and Bcc recipients ride on the first copy really sent: what happens to them, and to the copies held behind them,
 * when the copy that carries them gets an outcome.
 */
import { EmailError } from '../kernel/errors.ts';
import type { RefusedRecipient, Settlement } from '../outbound/outbox.ts';
import { nothingClear, type PartRow } from './outbox-rows.ts';
import { openPart, type PartColumns, type PartWords, sealPart } from './outbox-sealed.ts';
import { prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

export type Outcome = Pick<Settlement, 'state' | 'code' | 'reason' | 'at' | 'recipients'>;

/** Returns the riders that no copy is left for. */
export type PassOnRiders = (carrier: PartRow, words: PartWords, outcome: Outcome) => RefusedRecipient[];

type Heir = Pick<PartRow, 'key' | 'state'> & PartColumns;

/** Writes the words of a part anew. */
export function wordsWriting({ database, seal }: Pick<StoreContext, 'database' | 'seal'>) {
  const columns = Object.keys(nothingClear).map((column) => `"${column}" = ?`);
  const update = prepareStatement(
    database,
    `UPDATE part SET ${columns.join(', ')}, sealed = ? WHERE key = ?`,
  );
  const clear = Object.values(nothingClear);
  return (key: number, words: PartWords): void => void update.run(...clear, sealPart(words, seal), key);
}

export function ridersPassing({ database, seal }: Pick<StoreContext, 'database' | 'seal'>): PassOnRiders {
  const releaseHeld = prepareStatement(
    database,
    `UPDATE part SET state = 'queued', due_at = ? WHERE request = ? AND state = 'held'`,
  );
  const release = prepareStatement(database, `UPDATE part SET state = 'queued', due_at = ? WHERE key = ?`);
  const writeWords = wordsWriting({ database, seal });
  const heirColumns = 'key, state, recipient, recipients, riders, own_subject, "values", sealed';
  const findHeld = prepareStatement<Heir>(
    database,
    `SELECT ${heirColumns} FROM part WHERE request = ? AND state = 'held' ORDER BY position LIMIT 1`,
  );
  const findQueued = prepareStatement<Heir>(
    database,
    `SELECT ${heirColumns} FROM part WHERE request = ? AND state = 'queued' ORDER BY position LIMIT 1`,
  );

  function board(heir: Heir, riders: readonly string[], now: number): void {
    const words = openPart(heir, seal);
    writeWords(heir.key, { ...words, riders: [...words.riders, ...riders] });
    if (heir.state === 'held') release.run(now, heir.key);
  }

  return (carrier, words, outcome) => {
    const { riders } = words;
    if (riders.length === 0) return [];
    if (mayHaveBeenTaken(outcome)) {
      releaseHeld.run(outcome.at, carrier.request);
      return [];
    }
    const heir = findHeld.get(carrier.request) ?? findQueued.get(carrier.request);
    if (outcome.state === 'later' && heir?.state !== 'held') return [];
    writeWords(carrier.key, { ...words, riders: [] });
    if (heir) board(heir, riders, outcome.at);
    return heir ? [] : withoutCopy(riders, outcome.reason);
  };
}

/** With an unknown outcome the riders may have their mail: no other copy takes them, or they could get it twice. */
function mayHaveBeenTaken({ state, recipients }: Outcome): boolean {
  return state === 'sent' || state === 'unknown' || (state === 'later' && recipients !== undefined);
}

/** Nobody refused them: they must not be taken for recipients who bounced or left. */
function withoutCopy(riders: readonly string[], why: string): RefusedRecipient[] {
  const { code, message: reason } = new EmailError('no-to-left', { detail: { why } });
  return riders.map((address) => ({ address, code, reason }));
}
