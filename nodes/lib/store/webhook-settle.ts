/** What became of claimed webhooks comes in; rows change, and what is given up is told of in the same transaction. */
import type { DatabaseSync } from 'node:sqlite';
import type { WebhookOutcome } from '../webhook/webhook-queue.ts';
import { eventWriting } from './event-writing.ts';
import { sealText } from './outbox-sealed.ts';
import { prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';
import { ofPerson } from './suppression-person.ts';
import { subjectRelease } from './webhook-order.ts';
import { type WebhookReceivers, webhookReceivers } from './webhook-receivers.ts';

interface Place {
  readonly key: number;
  readonly subject: string | null;
  readonly origin: string;
  readonly due_at: number | null;
}

export interface WebhookSettlement {
  readonly endpoint: string;
  readonly outcomes: readonly WebhookOutcome[];
}

const place = 'key, subject, origin, due_at';

export function settleOperation(context: StoreContext, receivers: WebhookReceivers) {
  const { database } = context;
  const record = outcomeRecording(context);
  const unclaim = prepareStatement(database, 'DELETE FROM webhook_claim WHERE key = ?');
  const release = subjectRelease(database, receivers);
  const goOn = (endpoint: string, { subject, origin, due_at }: Place, outcome: WebhookOutcome): void => {
    const isOver = outcome.kind === 'delivered' || outcome.kind === 'dead';
    if (isOver && subject !== null) release(endpoint, subject);
    if (!isOver && due_at !== null) receivers.due(endpoint, origin, due_at);
    if (outcome.kind === 'unused' && outcome.heldUntil !== undefined)
      receivers.hold(endpoint, origin, Math.ceil(outcome.heldUntil));
  };
  return ({ endpoint, outcomes }: WebhookSettlement): void => {
    for (const outcome of outcomes) {
      const found = record(endpoint, outcome);
      if (!found) continue;
      unclaim.run(found.key);
      goOn(endpoint, found, outcome);
    }
  };
}

function outcomeRecording(context: StoreContext) {
  const { database, seal } = context;
  const live = 'WHERE endpoint = ? AND id = ? AND dead_at IS NULL';
  const find = prepareStatement<Place>(database, `SELECT ${place} FROM webhook ${live}`);
  const remove = prepareStatement<Place>(database, `DELETE FROM webhook ${live} RETURNING ${place}`);
  const change = (what: string) =>
    prepareStatement<Place>(
      database,
      `UPDATE webhook SET ${what}, attempts = attempts + 1 ${live} RETURNING ${place}`,
    );
  const putOff = change('due_at = ?, sealed_why = ?');
  const bury = change('due_at = NULL, dead_at = ?, code = ?, sealed_why = ?');
  const write = eventWriting(context);
  return (endpoint: string, outcome: WebhookOutcome): Place | undefined => {
    const { id, kind } = outcome;
    if (kind === 'delivered') return remove.get(endpoint, id);
    if (kind === 'later')
      return putOff.get(Math.ceil(outcome.dueAt), sealText(outcome.why, seal), endpoint, id);
    if (kind === 'unused') return find.get(endpoint, id);
    const buried = bury.get(outcome.at, outcome.code, sealText(outcome.why, seal), endpoint, id);
    if (buried && outcome.event) write(outcome.event);
    return buried;
  };
}

/** What `ofPerson` takes. All webhooks about them go, waiting or dead; what is behind them of their subject does not wait for them. */
export function webhookForgetting(
  database: DatabaseSync,
): (whose: readonly [Uint8Array, Uint8Array, number]) => void {
  const release = subjectRelease(database, webhookReceivers(database));
  const remove = prepareStatement<Pick<Place, 'key' | 'subject'> & { endpoint: string }>(
    database,
    `DELETE FROM webhook WHERE ${ofPerson} RETURNING key, subject, endpoint`,
  );
  const unclaim = prepareStatement(database, 'DELETE FROM webhook_claim WHERE key = ?');
  return (whose) => {
    for (const { key, subject, endpoint } of remove.all(...whose)) {
      // the next row may get its number
      unclaim.run(key);
      if (subject !== null) release(endpoint, subject);
    }
  };
}
