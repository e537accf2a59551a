/** From the outbox's record of a part to `msg.email`, what the nodes report. */
import type { PartRecord, RefusedRecipient } from './outbox.ts';

export interface EmailResult {
  readonly id: string;
  readonly app: string;
  readonly route: string;
  readonly class: string;
  readonly listTopic?: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly status: string;
  readonly code: string;
  readonly reason: string;
  readonly messageId: string;
  readonly providerMessageId?: string;
  readonly correlationId?: string;
  readonly callbackData?: string;
  readonly attempts: number;
  /** ISO 8601, UTC */
  readonly queuedAt: string;
  readonly settledAt?: string;
  /** Recipients of this copy that the server did not take although it took the mail. */
  readonly refused?: readonly RefusedRecipient[];
  /** True when the result comes after a restart or deploy, with a message rebuilt from the store. */
  readonly resumed?: true;
  /** True when the idempotency key had been used before and this is the first result again. */
  readonly repeated?: true;
}

export function emailResult(record: PartRecord, app: { name: string; route: string }): EmailResult {
  return withoutGaps({
    status: record.state,
    to: record.to.address,
    code: record.code,
    reason: record.reason,
    id: record.id,
    app: app.name,
    route: app.route,
    class: record.messageClass,
    listTopic: record.listTopic,
    from: record.from.address,
    subject: record.subject,
    messageId: record.messageId,
    providerMessageId: record.providerMessageId,
    correlationId: record.correlationId,
    callbackData: record.callbackData,
    attempts: record.attempts,
    queuedAt: new Date(record.acceptedAt).toISOString(),
    settledAt: record.settledAt === undefined ? undefined : new Date(record.settledAt).toISOString(),
    refused: record.refused.length > 0 ? record.refused : undefined,
  });
}

const outputs: Readonly<Record<string, number>> = { sent: 0, suppressed: 1 };

/** Position of the output that a final state leaves by: 0 sent, 1 suppressed, 2 everything that failed. */
export function outputOf(state: string): number {
  return outputs[state] ?? 2;
}

function withoutGaps<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T;
}
