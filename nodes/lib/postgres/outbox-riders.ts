/**
 * Cc and Bcc recipients ride on the first copy really sent: what happens to them, and to the copies held behind them,
 * when the copy that carries them gets an outcome. All of it in the transaction that has locked the carrier.
 */
import { EmailError } from '../kernel/errors.ts';
import type { RefusedRecipient, Settlement } from '../outbound/outbox.ts';
import type { Queries } from './database.ts';
import type { OutboxRoom } from './outbox-room.ts';
import type { KeptPart, PartPlace } from './outbox-rows.ts';
import { tallyBy } from './outbox-tally.ts';
import { openPart, type PartWords, sealPart } from './outbox-words.ts';

type Ending = Pick<Settlement, 'state' | 'reason' | 'at' | 'recipients'>;

/** The riders that no copy is left for. */
export async function passOnRiders(
  tx: Queries,
  room: OutboxRoom,
  carrier: KeptPart,
  ending: Ending,
): Promise<RefusedRecipient[]> {
  const { riders } = carrier.words;
  if (riders.length === 0) return [];
  if (mayHaveBeenTaken(ending)) {
    await releaseHeld(tx, room, { request: carrier.request.key }, ending.at);
    return [];
  }
  const heir = (await findHeir(tx, room, carrier, 'held')) ?? (await findHeir(tx, room, carrier, 'queued'));
  if (ending.state === 'later' && heir?.state !== 'held') return [];
  const place = { request: carrier.request.key, position: carrier.position };
  await writeWords(tx, room, place, { ...carrier.words, riders: [] });
  if (heir) await board(tx, room, heir, { riders, at: ending.at });
  return heir ? [] : withoutCopy(riders, ending.reason);
}

/** With an unknown outcome the riders may have their mail: no other copy takes them, or they could get it twice. */
function mayHaveBeenTaken({ state, recipients }: Ending): boolean {
  return state === 'sent' || state === 'unknown' || (state === 'later' && recipients !== undefined);
}

interface Heir extends PartPlace {
  readonly state: 'held' | 'queued';
  readonly words: PartWords;
}

/** Locks it before it is read: whoever claims it at this moment may have it. */
async function findHeir(
  tx: Queries,
  { appId, seal }: OutboxRoom,
  { request, position }: KeptPart,
  state: Heir['state'],
): Promise<Heir | undefined> {
  const [place] = await tx.query<PartPlace>(
    `SELECT request, position FROM email_app.turn WHERE app = $1 AND request = $2 AND state = $3 AND position <> $4
      ORDER BY position LIMIT 1 FOR UPDATE SKIP LOCKED`,
    [appId, request.key, state, position],
  );
  if (!place) return undefined;
  const [row] = await tx.query<{ sealed: Buffer }>(
    'SELECT sealed FROM email_app.part WHERE app = $1 AND request = $2 AND position = $3',
    [appId, place.request, place.position],
  );
  return row && { ...place, state, words: openPart(row.sealed, seal) };
}

async function board(
  tx: Queries,
  room: OutboxRoom,
  heir: Heir,
  { riders, at }: { readonly riders: readonly string[]; readonly at: number },
): Promise<void> {
  const { words, state, ...place } = heir;
  await writeWords(tx, room, place, { ...words, riders: [...words.riders, ...riders] });
  await noteOthers(tx, room, place, riders);
  if (state === 'held') await releaseHeld(tx, room, place, at);
}

/** All held copies of a request, or the one at a position. */
async function releaseHeld(
  tx: Queries,
  { appId, instance }: OutboxRoom,
  { request, position }: Partial<PartPlace>,
  at: number,
): Promise<void> {
  await tx.query(
    `WITH released AS (
      UPDATE email_app.turn SET state = 'queued', due_at = $4
      WHERE app = $1 AND request = $3 AND position = coalesce($5, position) AND state = 'held' RETURNING 1
    ),
    ${tallyBy('other', {
      held: '-(SELECT count(*) FROM released)',
      queued: '(SELECT count(*) FROM released)',
    })}
    SELECT`,
    [appId, instance, request, Math.ceil(at), position ?? null],
  );
}

export async function writeWords(
  tx: Queries,
  { appId, seal }: OutboxRoom,
  { request, position }: PartPlace,
  words: PartWords,
): Promise<void> {
  const write = 'UPDATE email_app.part SET sealed = $4 WHERE app = $1 AND request = $2 AND position = $3';
  await tx.query(write, [appId, request, position, sealPart(words, seal)]);
}

async function noteOthers(
  tx: Queries,
  { appId, personOf }: OutboxRoom,
  { request, position }: PartPlace,
  addresses: readonly string[],
): Promise<void> {
  await tx.query(
    `INSERT INTO email_app.part_other (app, person, request, position)
      SELECT DISTINCT $1, person, $2::bigint, $3::integer FROM unnest($4::bytea[]) AS person ON CONFLICT DO NOTHING`,
    [appId, request, position, addresses.map(personOf)],
  );
}

/** Nobody refused them: they must not be taken for recipients who bounced or left. */
function withoutCopy(riders: readonly string[], why: string): RefusedRecipient[] {
  const { code, message: reason } = new EmailError('no-to-left', { detail: { why } });
  return riders.map((address) => ({ address, code, reason }));
}
