/** The outbox's operations by name, as the worker runs them. */

import { EmailError } from '../kernel/errors.ts';
import { isSealed } from '../keys/row-seal.ts';
import type { PartRecord, UnreportedPart } from '../outbound/outbox.ts';
import { deliveryFinding } from './delivery-operations.ts';
import { acceptOperation } from './outbox-accept.ts';
import { claimOperation, pauseDomainOperation } from './outbox-claim.ts';
import { countsOperation } from './outbox-counts.ts';
import { pruneOperation } from './outbox-prune.ts';
import { type PartRow, selectParts, toRecord } from './outbox-rows.ts';
import { openText } from './outbox-sealed.ts';
import { cancelOperation, partFinding, resolveOperation, settleOperation } from './outbox-settle.ts';
import { limitTo, prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

export function outboxOperations(context: StoreContext) {
  const { database } = context;
  return {
    'outbox.accept': acceptOperation(context),
    'outbox.claim': claimOperation(context),
    'outbox.content': contentReading(context),
    'outbox.settle': settleOperation(context),
    'outbox.cancel': cancelOperation(context),
    'outbox.resend': resendOperation(context),
    'outbox.retryNow': retryOperation(context),
    'outbox.resolve': resolveOperation(context),
    'outbox.unreported': unreportedOperation(context),
    'outbox.markReported': markReportedOperation(context),
    'outbox.find': findOperation(context),
    'outbox.partsOf': partsOfOperation(context),
    'outbox.counts': countsOperation(database),
    'outbox.pauseDomain': pauseDomainOperation(database),
    'outbox.prune': pruneOperation(context),
  };
}

export function contentReading({ database, spool, file, seal }: StoreContext) {
  const find = prepareStatement<{ bytes: Uint8Array | null; spool: string | null }>(
    database,
    'SELECT bytes, spool FROM content WHERE request = ?',
  );
  return (contentId: number): Uint8Array => {
    const content = find.get(contentId);
    const bytes = content?.spool ? spool.read(content.spool) : content?.bytes;
    if (bytes) return isSealed(bytes) ? seal.open(bytes) : bytes;
    throw new EmailError('store-corrupt', { detail: { value: file, why: 'a mail’s content is missing' } });
  };
}

function resendOperation({ database }: StoreContext) {
  const requeue = prepareStatement(
    database,
    `UPDATE part SET state = 'queued', due_at = ?, settled_at = NULL,
      owed_to = (SELECT iif(reports, node, NULL) FROM request WHERE request.key = part.request)
      WHERE id = ? AND state = 'unknown'`,
  );
  return ({ partIds, now }: { partIds: readonly string[]; now: number }): number =>
    partIds.reduce((count, id) => count + Number(requeue.run(now, id).changes), 0);
}

function retryOperation({ database }: StoreContext) {
  const bringForward = prepareStatement(
    database,
    `UPDATE part SET due_at = ?1, paused_by = NULL WHERE id = ?2 AND state = 'queued' AND due_at > ?1`,
  );
  return ({ partIds, now }: { partIds: readonly string[]; now: number }): number =>
    partIds.reduce((count, id) => count + Number(bringForward.run(now, id).changes), 0);
}

function unreportedOperation({ database, seal }: StoreContext) {
  const find = prepareStatement<PartRow>(
    database,
    `${selectParts} WHERE owed_to = ? AND settled_at IS NOT NULL ORDER BY settled_at, part.key ${limitTo}`,
  );
  const findMessage = prepareStatement<{ message: string | null; sealed_message: Uint8Array | null }>(
    database,
    'SELECT message, sealed_message FROM request WHERE key = ?',
  );
  const readMessage = (request: number): string | undefined => {
    const { message = null, sealed_message = null } = findMessage.get(request) ?? {};
    return sealed_message ? openText(sealed_message, seal) : (message ?? undefined);
  };
  return ({ node, limit }: { node: string; limit: number }): UnreportedPart[] =>
    find.all(node, limit).map((part) => ({
      record: toRecord(part, seal),
      message: readMessage(part.request),
    }));
}

function markReportedOperation({ database }: StoreContext) {
  const mark = prepareStatement(
    database,
    'UPDATE part SET owed_to = NULL WHERE id = ? AND settled_at IS NOT NULL',
  );
  return (partIds: readonly string[]): void => {
    for (const id of partIds) mark.run(id);
  };
}

function findOperation(context: StoreContext) {
  const find = partFinding(context);
  const deliveriesOf = deliveryFinding(context);
  return (partId: string): PartRecord | undefined => {
    const part = find(partId);
    if (!part) return undefined;
    const deliveries = deliveriesOf(part);
    return { ...toRecord(part, context.seal), ...(deliveries.length > 0 && { deliveries }) };
  };
}

function partsOfOperation({ database, seal }: StoreContext) {
  const find = prepareStatement<PartRow>(
    database,
    `${selectParts} WHERE request.id = ? AND position >= ? ORDER BY position ${limitTo}`,
  );
  return ({ requestId, from, limit }: { requestId: string; from: number; limit: number }): PartRecord[] =>
    find.all(requestId, from, limit).map((part) => toRecord(part, seal));
}
