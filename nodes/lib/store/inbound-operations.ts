/** The received mails' operations by name, as the worker runs them. */
import type { PutBack, ReceiptFacts } from '../inbound/inbound-queue.ts';
import { EmailError } from '../kernel/errors.ts';
import { prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

export interface PostedMail {
  readonly id: string;
  readonly facts: ReceiptFacts;
  readonly size: number;
  /** Absent if it lies in the spool. */
  readonly bytes?: Uint8Array;
  /** SHA-256, where the sender chose the key. */
  readonly digest?: Uint8Array;
}

export interface BegunRow {
  readonly id: string;
  readonly facts: string;
  readonly size: number;
  readonly attempts: number;
  readonly acted: number;
  readonly bytes: Uint8Array | null;
}

export function inboundOperations(context: StoreContext) {
  const { database } = context;
  return {
    'inbound.accept': acceptOperation(context),
    'inbound.begin': beginOperation(context),
    'inbound.done': oneOperation(context, 'DELETE FROM inbound WHERE id = ?'),
    'inbound.putBack': putBackOperation(context),
    'inbound.setAside': setAsideOperation(context),
    'inbound.counts': countsOperation(context),
    'inbound.prune': pruneOperation(database),
    'inbound.forgetWaiting': forgetWaitingOperation(database),
  };
}

function acceptOperation(context: StoreContext) {
  const { database, reserve } = context;
  const known = prepareStatement<{ id: string; digest: Uint8Array | null }>(
    database,
    'SELECT id, digest FROM inbound_key WHERE source = ? AND source_key = ?',
  );
  const remember = prepareStatement(
    database,
    'INSERT INTO inbound_key (source, source_key, id, at, digest) VALUES (?, ?, ?, ?, ?)',
  );
  const requireSpace = spaceGuard(context);
  const insert = prepareStatement(
    database,
    `INSERT INTO inbound (id, state, size, facts, bytes) VALUES (?, 'waiting', ?, ?, ?)`,
  );
  return ({ id, facts, size, bytes, digest }: PostedMail): { id: string; isNew: boolean } => {
    const { source, sourceKey, receivedAt } = facts;
    const earlier = sourceKey === undefined ? undefined : known.get(source, sourceKey);
    if (sourceKey && earlier?.digest && digest && Buffer.compare(earlier.digest, digest) !== 0)
      throw new EmailError('idempotency-conflict', { detail: { value: sourceKey } });
    if (earlier) return { id: earlier.id, isNew: false };
    requireSpace();
    reserve.requireRoom();
    if (sourceKey !== undefined) remember.run(source, sourceKey, id, receivedAt, digest ?? null);
    insert.run(id, size, JSON.stringify(facts), bytes ?? null);
    return { id, isNew: true };
  };
}

/** The last mail may go beyond it: whether one fits never depends on its size, so that none is passed over for ever. */
function spaceGuard({ database, maxInboundBytes }: StoreContext) {
  const taken = prepareStatement<{ bytes: number }>(database, 'SELECT bytes FROM inbound_tally');
  return (): void => {
    if ((taken.get()?.bytes ?? 0) < maxInboundBytes) return;
    const limit = Math.floor(maxInboundBytes / 1_000_000);
    throw new EmailError('inbound-full', { detail: { limit }, retryable: true });
  };
}

function beginOperation({ database }: StoreContext) {
  const find = (condition: string) =>
    prepareStatement<BegunRow & { key: number }>(
      database,
      `SELECT key, id, facts, size, attempts, acted, bytes FROM inbound
        WHERE state = 'waiting' ${condition} ORDER BY key LIMIT 1`,
    );
  const findAny = find('');
  const findUnacted = find('AND acted = 0');
  const begin = prepareStatement(
    database,
    `UPDATE inbound SET state = 'begun', attempts = attempts + 1 WHERE key = ?`,
  );
  return ({ unactedOnly }: { unactedOnly: boolean }): BegunRow | undefined => {
    const mail = (unactedOnly ? findUnacted : findAny).get();
    if (mail) begin.run(mail.key);
    return mail;
  };
}

function putBackOperation({ database }: StoreContext) {
  const putBack = prepareStatement(
    database,
    `UPDATE inbound SET state = 'waiting', attempts = attempts - ?, acted = iif(acted = 0, ?, acted)
      WHERE id = ? AND state = 'begun'`,
  );
  return ({ id, how, now }: { id: string; how: PutBack; now: number }): void => {
    putBack.run(how === 'failed' ? 0 : 1, how === 'acted' ? now : 0, id);
  };
}

function setAsideOperation({ database }: StoreContext) {
  const setAside = prepareStatement(
    database,
    `UPDATE inbound SET state = 'aside', aside_at = ?, why = ? WHERE id = ?`,
  );
  return ({ id, why, now }: { id: string; why: string; now: number }): void => {
    setAside.run(now, why, id);
  };
}

function oneOperation({ database }: StoreContext, sql: string) {
  const statement = prepareStatement(database, sql);
  return (id: string): void => {
    statement.run(id);
  };
}

function countsOperation({ database }: StoreContext) {
  const count = prepareStatement<{ waiting: number; setAside: number }>(
    database,
    'SELECT waiting, aside AS setAside FROM inbound_tally',
  );
  return (): { waiting: number; setAside: number } => {
    const { waiting = 0, setAside = 0 } = count.get() ?? {};
    return { waiting, setAside };
  };
}

/** Answers the ids whose files are to go. */
function pruneOperation(database: StoreContext['database']) {
  const forgetKeys = prepareStatement(database, 'DELETE FROM inbound_key WHERE at < ?');
  const forgetMails = prepareStatement<{ id: string }>(
    database,
    `DELETE FROM inbound WHERE state = 'aside' AND aside_at < ? RETURNING id`,
  );
  return ({ keysBefore, asideBefore }: { keysBefore: number; asideBefore: number }): string[] => {
    forgetKeys.run(keysBefore);
    return forgetMails.all(asideBefore).map(({ id }) => id);
  };
}

/** Answers the ids whose files are to go. */
function forgetWaitingOperation(database: StoreContext['database']) {
  const forget = prepareStatement<{ id: string }>(
    database,
    `DELETE FROM inbound WHERE state = 'waiting' AND acted > 0 AND acted < ? RETURNING id`,
  );
  return (actedBefore: number): string[] => forget.all(actedBefore).map(({ id }) => id);
}
