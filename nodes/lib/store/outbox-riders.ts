/**
 * Cc and Bcc recipients ride on the first copy really sent: what happens to them, and to the copies held behind them,
 * when the copy that carries them gets an outcome.
 */
import type { DatabaseSync } from 'node:sqlite';
import { EmailError } from '../kernel/errors.ts';
import type { RefusedRecipient, Settlement } from '../outbound/outbox.ts';
import type { PartRow } from './outbox-rows.ts';
import { prepareStatement } from './prepare-statement.ts';

export type Outcome = Pick<Settlement, 'state' | 'code' | 'reason' | 'at' | 'recipients'>;

/** Returns the riders that no copy is left for. */
export type PassOnRiders = (carrier: PartRow, outcome: Outcome) => RefusedRecipient[];

type Heir = Pick<PartRow, 'key' | 'riders' | 'state'>;

export function ridersPassing(database: DatabaseSync): PassOnRiders {
  const releaseHeld = prepareStatement(
    database,
    `UPDATE part SET state = 'queued', due_at = ? WHERE request = ? AND state = 'held'`,
  );
  const release = prepareStatement(database, `UPDATE part SET state = 'queued', due_at = ? WHERE key = ?`);
  const setRiders = prepareStatement(database, 'UPDATE part SET riders = ? WHERE key = ?');
  const findHeld = prepareStatement<Heir>(
    database,
    `SELECT key, riders, state FROM part WHERE request = ? AND state = 'held' ORDER BY position LIMIT 1`,
  );
  const findQueued = prepareStatement<Heir>(
    database,
    `SELECT key, riders, state FROM part WHERE request = ? AND state = 'queued' ORDER BY position LIMIT 1`,
  );

  function board(heir: Heir, riders: readonly string[], now: number): void {
    setRiders.run(JSON.stringify([...JSON.parse(heir.riders), ...riders]), heir.key);
    if (heir.state === 'held') release.run(now, heir.key);
  }

  return (carrier, outcome) => {
    const riders: string[] = JSON.parse(carrier.riders);
    if (riders.length === 0) return [];
    if (mayHaveBeenTaken(outcome)) {
      releaseHeld.run(outcome.at, carrier.request);
      return [];
    }
    const heir = findHeld.get(carrier.request) ?? findQueued.get(carrier.request);
    if (outcome.state === 'later' && heir?.state !== 'held') return [];
    setRiders.run('[]', carrier.key);
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
