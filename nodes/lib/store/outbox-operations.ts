/** The outbox's operations by name, as the worker runs them. */

import { EmailError } from '../kernel/errors.ts';
import type { PartRecord, UnreportedPart } from '../outbound/outbox.ts';
import { deliveryFinding } from './delivery-operations.ts';
import { acceptOperation } from './outbox-accept.ts';
import { claimOperation, pauseDomainOperation } from './outbox-claim.ts';
import { countsOperation } from './outbox-counts.ts';
import { pruneOperation } from './outbox-prune.ts';
import { type PartRow, selectParts, toRecord } from './outbox-rows.ts';
import { cancelOperation, partFinding, settleOperation } from './outbox-settle.ts';
import { limitTo, prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

export function outboxOperations(context: StoreContext) {
  const { database } = context;
  return {
    'outbox.accept': acceptOperation(context),
    'outbox.claim': claimOperation(context),
    'outbox.content': contentOperation(context),
    'outbox.settle': settleOperation(database),
    'outbox.cancel': cancelOperation(database),
    'outbox.resend': resendOperation(context),
    'outbox.unreported': unreportedOperation(context),
    'outbox.markReported': markReportedOperation(context),
    'outbox.find': findOperation(context),
    'outbox.partsOf': partsOfOperation(context),
    'outbox.counts': countsOperation(database),
    'outbox.pauseDomain': pauseDomainOperation(database),
    'outbox.prune': pruneOperation(context),
  };
}

function contentOperation({ database, spool, file }: StoreContext) {
  const find = prepareStatement<{ bytes: Uint8Array | null; spool: string | null }>(
    database,
    'SELECT bytes, spool FROM content WHERE request = ?',
  );
  return (contentId: number): Uint8Array => {
    const content = find.get(contentId);
    if (content?.bytes) return content.bytes;
    if (content?.spool) return spool.read(content.spool);
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

function unreportedOperation({ database }: StoreContext) {
  const find = prepareStatement<PartRow>(
    database,
    `${selectParts} WHERE owed_to = ? AND settled_at IS NOT NULL ORDER BY settled_at, part.key ${limitTo}`,
  );
  const readMessage = prepareStatement<{ message: string | null }>(
    database,
    'SELECT message FROM request WHERE key = ?',
  );
  return ({ node, limit }: { node: string; limit: number }): UnreportedPart[] =>
    find.all(node, limit).map((part) => ({
      record: toRecord(part),
      message: readMessage.get(part.request)?.message ?? undefined,
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

function findOperation({ database }: StoreContext) {
  const find = partFinding(database);
  const deliveriesOf = deliveryFinding(database);
  return (partId: string): PartRecord | undefined => {
    const part = find(partId);
    if (!part) return undefined;
    const deliveries = deliveriesOf(part);
    return { ...toRecord(part), ...(deliveries.length > 0 && { deliveries }) };
  };
}

function partsOfOperation({ database }: StoreContext) {
  const find = prepareStatement<PartRow>(
    database,
    `${selectParts} WHERE request.id = ? AND position >= ? ORDER BY position ${limitTo}`,
  );
  return ({ requestId, from, limit }: { requestId: string; from: number; limit: number }): PartRecord[] =>
    find.all(requestId, from, limit).map(toRecord);
}
