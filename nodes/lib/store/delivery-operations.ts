/** What was told of mails after their hand-over, one row for each part and recipient. */
import type { DatabaseSync } from 'node:sqlite';
import {
  type DeliveryRecord,
  deliveryStates,
  type KnownPart,
  type MailName,
  type NewDelivery,
  type SentAfterAll,
} from '../outbound/delivery-records.ts';
import { type PartRow, readHanded, selectParts, toRecord } from './outbox-rows.ts';
import { prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

interface DeliveryRow {
  readonly recipient: string;
  readonly state: number;
  readonly at: number;
  readonly reason: string;
}

export function deliveryOperations({ database }: StoreContext) {
  const find = partByName(database);
  const deliveriesOf = deliveryFinding(database);
  const add = prepareStatement(
    database,
    `INSERT INTO part_delivery (part, recipient, state, at, reason) SELECT key, ?, ?, ?, ? FROM part WHERE id = ?
      ON CONFLICT DO UPDATE SET state = excluded.state, at = excluded.at, reason = excluded.reason
        WHERE (excluded.state, excluded.at) > (part_delivery.state, part_delivery.at)`,
  );
  const settle = settlingUnknown(database);
  return {
    'delivery.find': (names: readonly MailName[]): (KnownPart | undefined)[] =>
      names.map((name) => {
        const row = find(name);
        if (!row) return undefined;
        const last = [row.recipients, row.riders].flatMap((list): string[] => JSON.parse(list));
        const recipients = [...last, ...(readHanded(row).taken ?? [])];
        return { record: toRecord(row), recipients, deliveries: deliveriesOf(row) };
      }),
    'delivery.note': ({ deliveries, sent }: Notes): void => {
      for (const { partId, recipient, state, at, reason } of deliveries)
        add.run(recipient, deliveryStates.indexOf(state), at, reason, partId);
      sent.forEach(settle);
    },
  };
}

interface Notes {
  readonly deliveries: readonly NewDelivery[];
  readonly sent: readonly SentAfterAll[];
}

/** A trigger writes its `email.sent`, as where a part is settled otherwise. */
function settlingUnknown(database: DatabaseSync): (sent: SentAfterAll) => void {
  const settle = prepareStatement(
    database,
    `UPDATE part SET state = 'sent', code = 'sent', reason = ?, provider_message_id = ?, settled_at = ?
      WHERE id = ? AND state = 'unknown'`,
  );
  return ({ partId, at, providerMessageId, reason }) => {
    settle.run(reason, providerMessageId, at, partId);
  };
}

function partByName(database: DatabaseSync): (name: MailName) => PartRow | undefined {
  const byKey = prepareStatement<PartRow>(database, `${selectParts} WHERE part.id = ?`);
  const byProvider = prepareStatement<PartRow>(
    database,
    `${selectParts} WHERE provider_message_id = ? ORDER BY part.key DESC LIMIT 1`,
  );
  const byMessageId = prepareStatement<PartRow>(
    database,
    `${selectParts} WHERE message_id = ? ORDER BY part.key DESC LIMIT 1`,
  );
  return ({ key, messageId, providerMessageId }) => {
    if (key !== undefined) return byKey.get(key);
    if (messageId !== undefined) return byMessageId.get(messageId);
    return providerMessageId === undefined ? undefined : byProvider.get(providerMessageId);
  };
}

export function deliveryFinding(database: DatabaseSync): (part: Pick<PartRow, 'key'>) => DeliveryRecord[] {
  const find = prepareStatement<DeliveryRow>(
    database,
    'SELECT recipient, state, at, reason FROM part_delivery WHERE part = ?',
  );
  return ({ key }) => find.all(key).map(toDelivery);
}

function toDelivery({ recipient, state, at, reason }: DeliveryRow): DeliveryRecord {
  return { recipient, state: deliveryStates[state] ?? 'taken', at, reason };
}
