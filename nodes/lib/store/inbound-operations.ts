/** The received mails' operations by name, as the worker runs them. */
import type { PutBack, ReceiptFacts } from '../inbound/inbound-queue.ts';
import { prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

export interface PostedMail {
  readonly id: string;
  readonly facts: ReceiptFacts;
  readonly size: number;
  /** Absent if it lies in the spool. */
  readonly bytes?: Uint8Array;
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
  };
}

function acceptOperation({ database, reserve }: StoreContext) {
  const known = prepareStatement<{ id: string }>(
    database,
    'SELECT id FROM inbound_key WHERE source = ? AND source_key = ?',
  );
  const remember = prepareStatement(database, 'INSERT INTO inbound_key VALUES (?, ?, ?, ?)');
  const insert = prepareStatement(
    database,
    `INSERT INTO inbound (id, state, size, facts, bytes) VALUES (?, 'waiting', ?, ?, ?)`,
  );
  return ({ id, facts, size, bytes }: PostedMail): { id: string; isNew: boolean } => {
    const { source, sourceKey, receivedAt } = facts;
    const earlier = sourceKey === undefined ? undefined : known.get(source, sourceKey);
    if (earlier) return { id: earlier.id, isNew: false };
    reserve.requireRoom();
    if (sourceKey !== undefined) remember.run(source, sourceKey, id, receivedAt);
    insert.run(id, size, JSON.stringify(facts), bytes ?? null);
    return { id, isNew: true };
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
    `UPDATE inbound SET state = 'waiting', attempts = attempts - ?, acted = max(acted, ?)
      WHERE id = ? AND state = 'begun'`,
  );
  return ({ id, how }: { id: string; how: PutBack }): void => {
    putBack.run(how === 'failed' ? 0 : 1, how === 'acted' ? 1 : 0, id);
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
    `SELECT count(*) FILTER (WHERE state <> 'aside') AS waiting, count(*) FILTER (WHERE state = 'aside') AS setAside
      FROM inbound`,
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
