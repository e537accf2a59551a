/** Notices of Amazon by the id of their message: waiting, set aside, or done and only remembered. */
import type { NewNotice, NoticeKind, NoticeOutcome, WaitingNotice } from '../inbound/ses/notice-box.ts';
import type { RowSeal } from '../keys/row-seal.ts';
import { openText, sealText } from './outbox-sealed.ts';
import { limitTo, prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

interface NoticeRow {
  readonly id: string;
  readonly arrived_at: number;
  readonly attempts: number;
  /** Empty where it is sealed. */
  readonly body: string;
  readonly sealed: Uint8Array | null;
}

export function noticeOperations({ database, reserve, seal }: StoreContext) {
  const add = prepareStatement(
    database,
    `INSERT INTO notice (id, kind, arrived_at, due_at, set_aside, body, sealed) VALUES (?, ?, ?, ?, ?, '', ?)
      ON CONFLICT (id) DO NOTHING`,
  );
  const findDue = prepareStatement<NoticeRow>(
    database,
    `SELECT id, arrived_at, attempts, body, sealed FROM notice WHERE kind = ? AND due_at <= ? ORDER BY due_at, key ${limitTo}`,
  );
  const count = prepareStatement<{ waiting: number; setAside: number }>(
    database,
    `SELECT (SELECT count(*) FROM notice WHERE due_at IS NOT NULL) AS waiting,
      (SELECT count(*) FROM notice WHERE set_aside IS NOT NULL) AS setAside`,
  );
  const forgetDone = prepareStatement(
    database,
    'DELETE FROM notice WHERE due_at IS NULL AND set_aside IS NULL AND arrived_at < ?',
  );
  const forgetAside = prepareStatement(
    database,
    'DELETE FROM notice WHERE set_aside IS NOT NULL AND arrived_at < ?',
  );
  const settle = noticeSettling(database);
  return {
    'notice.accept': (notices: readonly NewNotice[]): void => {
      reserve.requireRoom();
      for (const { id, kind, arrivedAt, setAside = null, body } of notices)
        add.run(id, kind, arrivedAt, setAside === null ? arrivedAt : null, setAside, sealText(body, seal));
    },
    'notice.due': ({ kind, limit, now }: { kind: NoticeKind; limit: number; now: number }) =>
      findDue.all(kind, now, limit).map((row) => toNotice(row, seal)),
    'notice.settle': (outcomes: readonly NoticeOutcome[]): void => outcomes.forEach(settle),
    'notice.counts': () => {
      const { waiting = 0, setAside = 0 } = count.get() ?? {};
      return { waiting, setAside };
    },
    'notice.prune': ({ doneBefore, setAsideBefore }: { doneBefore: number; setAsideBefore: number }) => {
      forgetDone.run(doneBefore);
      forgetAside.run(setAsideBefore);
    },
  };
}

function noticeSettling(database: StoreContext['database']): (outcome: NoticeOutcome) => void {
  const finish = prepareStatement(
    database,
    `UPDATE notice SET due_at = NULL, body = '', sealed = NULL WHERE id = ?`,
  );
  const putOff = prepareStatement(
    database,
    'UPDATE notice SET due_at = ?, attempts = attempts + 1 WHERE id = ?',
  );
  const setAside = prepareStatement(database, 'UPDATE notice SET due_at = NULL, set_aside = ? WHERE id = ?');
  return (outcome) => {
    if (outcome.kind === 'done') finish.run(outcome.id);
    else if (outcome.kind === 'later') putOff.run(Math.ceil(outcome.dueAt), outcome.id);
    else setAside.run(outcome.why, outcome.id);
  };
}

function toNotice({ id, arrived_at, attempts, body, sealed }: NoticeRow, seal: RowSeal): WaitingNotice {
  return { id, arrivedAt: arrived_at, attempts, body: sealed ? openText(sealed, seal) : body };
}
