/** What was told of mails after their hand-over, one row for each part and recipient. */

import type { RowSeal } from '../keys/row-seal.ts';
import {
  type DeliveryRecord,
  deliveryStates,
  type KnownPart,
  type MailName,
  type NewDelivery,
  type SentAfterAll,
} from '../outbound/delivery-records.ts';
import { type PartRow, recordOf, selectParts } from './outbox-rows.ts';
import { openJson, openOutcome, openPart, sealJson, sealOutcome } from './outbox-sealed.ts';
import { partFinding } from './outbox-settle.ts';
import { prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

type Rooms = Pick<StoreContext, 'database' | 'seal'>;

interface DeliveryRow {
  /** The address itself in older rows, and else a hash of it. */
  readonly recipient: string;
  readonly state: number;
  readonly at: number;
  readonly reason: string;
  /** Address and reason. */
  readonly sealed: Uint8Array | null;
}

export function deliveryOperations(context: StoreContext) {
  const find = partByName(context);
  const deliveriesOf = deliveryFinding(context);
  const add = deliveryAdding(context);
  const settle = settlingUnknown(context);
  return {
    'delivery.find': (names: readonly MailName[]): (KnownPart | undefined)[] =>
      names.map((name) => {
        const row = find(name);
        if (!row) return undefined;
        const words = { ...openPart(row, context.seal), ...openOutcome(row, context.seal) };
        const recipients = [...words.recipients, ...words.riders, ...(words.handed.taken ?? [])];
        return { record: recordOf(row, words, context.seal), recipients, deliveries: deliveriesOf(row) };
      }),
    'delivery.note': ({ deliveries, sent }: Notes): void => {
      deliveries.forEach(add);
      sent.forEach(settle);
    },
  };
}

interface Notes {
  readonly deliveries: readonly NewDelivery[];
  readonly sent: readonly SentAfterAll[];
}

function deliveryAdding({ database, seal, mailboxOf }: StoreContext): (delivery: NewDelivery) => void {
  const find = prepareStatement<Pick<PartRow, 'key'>>(database, 'SELECT key FROM part WHERE id = ?');
  // of a version that did not seal them
  const findClear = prepareStatement<Pick<DeliveryRow, 'reason'>>(
    database,
    'SELECT reason FROM part_delivery WHERE part = ? AND recipient = ?',
  );
  const sealClear = prepareStatement(
    database,
    `UPDATE part_delivery SET reason = '', recipient = ?, sealed = ? WHERE part = ? AND recipient = ?`,
  );
  const add = prepareStatement(
    database,
    `INSERT INTO part_delivery (part, recipient, state, at, reason, sealed) VALUES (?, ?, ?, ?, '', ?)
      ON CONFLICT DO UPDATE SET state = excluded.state, at = excluded.at, reason = '', sealed = excluded.sealed
        WHERE (excluded.state, excluded.at) > (part_delivery.state, part_delivery.at)`,
  );
  return ({ partId, recipient, state, at, reason }) => {
    const part = find.get(partId);
    if (!part) return;
    const mailbox = mailboxOf(recipient);
    const clear = findClear.get(part.key, recipient);
    if (clear) sealClear.run(mailbox, sealJson([recipient, clear.reason], seal), part.key, recipient);
    add.run(part.key, mailbox, deliveryStates.indexOf(state), at, sealJson([recipient, reason], seal));
  };
}

/** A trigger writes its `email.sent`, as where a part is settled otherwise. */
function settlingUnknown({ database, seal }: Rooms): (sent: SentAfterAll) => void {
  const settle = prepareStatement(
    database,
    `UPDATE part SET state = 'sent', code = 'sent', reason = '', refused = '', handed = NULL, outcome = ?,
      provider_message_id = ?, settled_at = ? WHERE key = ?`,
  );
  const find = partFinding({ database });
  return ({ partId, at, providerMessageId, reason }) => {
    const part = find(partId);
    if (part?.state !== 'unknown') return;
    const outcome = sealOutcome({ ...openOutcome(part, seal), reason }, seal);
    settle.run(outcome, providerMessageId, at, part.key);
  };
}

function partByName({ database }: Rooms): (name: MailName) => PartRow | undefined {
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

export function deliveryFinding({ database, seal }: Rooms): (part: Pick<PartRow, 'key'>) => DeliveryRecord[] {
  const find = prepareStatement<DeliveryRow>(
    database,
    'SELECT recipient, state, at, reason, sealed FROM part_delivery WHERE part = ?',
  );
  return ({ key }) => find.all(key).map((row) => toDelivery(row, seal));
}

function toDelivery({ state, at, sealed, ...clear }: DeliveryRow, seal: RowSeal): DeliveryRecord {
  const [recipient, reason] = sealed
    ? openJson<[string, string]>(sealed, seal)
    : [clear.recipient, clear.reason];
  return { recipient, state: deliveryStates[state] ?? 'taken', at, reason };
}
