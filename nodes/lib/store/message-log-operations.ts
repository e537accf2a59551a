/** Looking for mails and into them, as the store's thread does it. */
import { EmailError } from '../kernel/errors.ts';
import type { TimelineEntry } from '../message-log/message-log.ts';
import type { PartRecord } from '../outbound/outbox.ts';
import { deliveryFinding } from './delivery-operations.ts';
import { eventsOfPart } from './events-of-part.ts';
import { forgetOperation } from './message-forgetting.ts';
import { recipientsOf, searchOperation } from './message-search.ts';
import { timelineOf } from './message-timeline.ts';
import { contentReading } from './outbox-operations.ts';
import { type PartRow, selectParts, toRecord } from './outbox-rows.ts';
import { openPart } from './outbox-sealed.ts';
import { listOperation } from './person-listing.ts';
import { prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

export interface PostedMessage {
  readonly record: PartRecord;
  readonly recipients: readonly string[];
  /** JSON text. */
  readonly values: string;
  readonly content: Uint8Array;
}

export function messageLogOperations(context: StoreContext) {
  return {
    'message.list': listOperation(context),
    'message.search': searchOperation(context),
    'message.timeline': timelineOperation(context),
    'message.open': openOperation(context),
    'message.forget': forgetOperation(context),
  };
}

function timelineOperation(context: StoreContext) {
  const { database, seal } = context;
  const find = prepareStatement<PartRow & { readonly due_at: number }>(
    database,
    `${selectParts} WHERE part.id = ?`,
  );
  const deliveriesOf = deliveryFinding(context);
  const eventsOf = eventsOfPart(context);
  return (partId: string): TimelineEntry[] | undefined => {
    const row = find.get(partId);
    if (!row) return undefined;
    return timelineOf({
      record: toRecord(row, seal),
      startsAt: row.starts_at,
      dueAt: row.due_at,
      events: eventsOf(row, recipientsOf(row, seal)),
      deliveries: deliveriesOf(row),
    });
  };
}

/** Throws EmailError `content-gone`. */
function openOperation(context: StoreContext) {
  const { database, seal } = context;
  const find = prepareStatement<PartRow>(database, `${selectParts} WHERE part.id = ?`);
  const isKept = prepareStatement(database, 'SELECT 1 FROM content WHERE request = ?');
  const read = contentReading(context);
  return (partId: string): PostedMessage | undefined => {
    const row = find.get(partId);
    if (!row) return undefined;
    if (!isKept.get(row.request)) throw new EmailError('content-gone');
    const { values } = openPart(row, seal);
    return {
      record: toRecord(row, seal),
      recipients: recipientsOf(row, seal),
      values,
      content: read(row.request),
    };
  };
}
