/** The port `NoticeBox` on PostgreSQL: what one machine accepted any other may work on, and none while another does. */
import type { NewNotice, NoticeBox, NoticeOutcome, WaitingNotice } from '../inbound/ses/notice-box.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { rowSeal } from '../keys/row-seal.ts';
import type { Place } from './database.ts';
import { holdsItsLease } from './instance-tables.ts';

export interface PostgresNoticeBox extends NoticeBox {
  /** What it was working on is due for all again. */
  recoverDead(instance: string): Promise<void>;
}

interface NoticeRow {
  readonly key: number;
  readonly due_at: number;
  readonly id: string;
  readonly arrived_at: number;
  readonly attempts: number;
  readonly body: Buffer;
}

const accept = `
  INSERT INTO email_app.notice (app, id, kind, arrived_at, due_at, set_aside, body)
    SELECT $1, id, kind, arrived_at, CASE WHEN set_aside IS NULL THEN arrived_at END, set_aside, body
      FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bytea[], $6::bytea[]) WITH ORDINALITY
        AS given (id, kind, arrived_at, set_aside, body, n) ORDER BY n
    ON CONFLICT (app, id) DO NOTHING`;

/** This instance gets what it has once more: it asks when it works on nothing. */
const takeDue = `
  UPDATE email_app.notice SET holder = $5::text WHERE app = $1 AND ${holdsItsLease('$1', '$5::text')} AND id IN (
      SELECT id FROM email_app.notice WHERE app = $1 AND kind = $2 AND due_at <= $3 AND (holder IS NULL OR holder = $5::text)
        ORDER BY due_at, key LIMIT $4 FOR UPDATE SKIP LOCKED
    ) RETURNING key, due_at, id, arrived_at, attempts, body`;

const settle = `
  UPDATE email_app.notice SET holder = NULL, due_at = due, attempts = attempts + (outcome = 'later')::integer,
      set_aside = coalesce(why, set_aside), body = CASE outcome WHEN 'done' THEN NULL ELSE body END
    FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bytea[]) AS given (given_id, outcome, due, why)
    WHERE app = $1 AND id = given_id`;

export function openNoticeBox({ database, appId, instance }: Place, keys: KeyRing): PostgresNoticeBox {
  const seal = rowSeal(keys, `${appId} notice`);
  const sealText = (text: string) => seal.seal(Buffer.from(text));
  const toNotice = ({ id, arrived_at, attempts, body }: NoticeRow): WaitingNotice => ({
    ...{ id, arrivedAt: arrived_at, attempts },
    body: seal.open(body).toString(),
  });
  const run = async (sql: string, ...values: readonly unknown[]): Promise<void> => {
    await database.query(sql, [appId, ...values]);
  };
  return {
    accept: (notices) => run(accept, ...acceptedValues(notices, sealText)),
    async due(kind, limit, now) {
      const rows = await database.query<NoticeRow>(takeDue, [appId, kind, now, limit, instance]);
      return [...rows].sort((a, b) => a.due_at - b.due_at || a.key - b.key).map(toNotice);
    },
    settle: (outcomes) => run(settle, ...settledValues(outcomes, sealText)),
    async counts() {
      const [found] = await database.query<{ waiting: number; set_aside: number }>(
        `SELECT count(*) FILTER (WHERE due_at IS NOT NULL)::integer AS waiting,
            count(*) FILTER (WHERE set_aside IS NOT NULL)::integer AS set_aside
          FROM email_app.notice WHERE app = $1 AND (due_at IS NOT NULL OR set_aside IS NOT NULL)`,
        [appId],
      );
      return { waiting: found?.waiting ?? 0, setAside: found?.set_aside ?? 0 };
    },
    async prune(doneBefore, setAsideBefore) {
      const forget = 'DELETE FROM email_app.notice WHERE app = $1 AND arrived_at < $2 AND';
      await run(`${forget} due_at IS NULL AND set_aside IS NULL`, doneBefore);
      await run(`${forget} set_aside IS NOT NULL`, setAsideBefore);
    },
    recoverDead: (dead) =>
      run('UPDATE email_app.notice SET holder = NULL WHERE app = $1 AND holder = $2', dead),
  };
}

type SealText = (text: string) => Uint8Array;

function acceptedValues(notices: readonly NewNotice[], sealText: SealText) {
  return [
    notices.map(({ id }) => id),
    notices.map(({ kind }) => kind),
    notices.map(({ arrivedAt }) => arrivedAt),
    notices.map(({ setAside }) => (setAside === undefined ? null : sealText(setAside))),
    notices.map(({ body }) => sealText(body)),
  ];
}

function settledValues(outcomes: readonly NoticeOutcome[], sealText: SealText) {
  return [
    outcomes.map(({ id }) => id),
    outcomes.map(({ kind }) => kind),
    outcomes.map((outcome) => (outcome.kind === 'later' ? Math.ceil(outcome.dueAt) : null)),
    outcomes.map((outcome) => (outcome.kind === 'set-aside' ? sealText(outcome.why) : null)),
  ];
}
