/** The port `DeliveryRecords` on PostgreSQL: one row for each part and recipient. */
import {
  type DeliveryRecord,
  type DeliveryRecords,
  deliveryStates,
  type KnownPart,
  type MailName,
  type NewDelivery,
  type SentAfterAll,
} from '../outbound/delivery-records.ts';
import type { Queries } from './database.ts';
import { partAfter } from './outbox-outcome.ts';
import { plainText } from './outbox-outcomes.ts';
import type { OutboxRoom } from './outbox-room.ts';
import { joinPart, type KeptPart, openParts, type PartRow, partColumns, toRecord } from './outbox-rows.ts';
import { lockUnknown, writeFoundOut } from './outbox-unknown.ts';
import { openJson, sealJson } from './outbox-words.ts';

export function postgresDeliveryRecords(room: OutboxRoom): DeliveryRecords {
  return {
    find: (names) => findNamed(room, names),
    note: (deliveries, sent) =>
      room.database.transaction(async (tx) => {
        await addDeliveries(tx, room, newestOf(room, deliveries));
        await settleSent(tx, room, sent);
      }),
  };
}

const newest = 'ORDER BY request DESC, position DESC LIMIT 1';

/** By the first of its names that there is; by the newest of those that share one. */
const findByName = `
  SELECT n, ${partColumns}
  FROM unnest($2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS name (key, message_id, provider_id, n),
  LATERAL (
    (SELECT request, position FROM email_app.part WHERE app = $1 AND id = name.key)
    UNION ALL
    (SELECT * FROM (
      (SELECT request, position FROM email_app.part WHERE app = $1 AND message_id = name.message_id ${newest})
      UNION ALL
      (SELECT request, position FROM email_app.outcome WHERE app = $1 AND message_id = name.message_id ${newest})
    ) AS same WHERE name.key IS NULL ${newest})
    UNION ALL
    (SELECT request, position FROM email_app.outcome WHERE app = $1 AND provider_message_id = name.provider_id
      AND name.key IS NULL AND name.message_id IS NULL ${newest})
    LIMIT 1
  ) AS place
  JOIN email_app.part ON part.app = $1 AND part.request = place.request AND part.position = place.position
  ${joinPart}`;

async function findNamed(room: OutboxRoom, names: readonly MailName[]): Promise<(KnownPart | undefined)[]> {
  const rows = await room.database.query<PartRow & { readonly n: number }>(findByName, [
    room.appId,
    names.map(({ key }) => plainText(key)),
    names.map(({ messageId }) => plainText(messageId)),
    names.map(({ providerMessageId }) => plainText(providerMessageId)),
  ]);
  const parts = openParts(rows, room.seal);
  const deliveries = await deliveriesOf(room, parts);
  const found = new Map(rows.map(({ n }, index) => [n, known(parts[index], deliveries)]));
  return names.map((_name, index) => found.get(index + 1));
}

type Deliveries = (part: KeptPart) => readonly DeliveryRecord[];

function known(part: KeptPart | undefined, deliveries: Deliveries): KnownPart | undefined {
  if (!part) return undefined;
  const { recipients, riders } = part.words;
  const all = [...recipients, ...riders, ...(part.outcome.handed.taken ?? [])];
  return { record: toRecord(part), recipients: all, deliveries: deliveries(part) };
}

interface DeliveryRow {
  readonly request: number;
  readonly position: number;
  readonly state: number;
  readonly at: number;
  readonly sealed: Buffer;
}

interface DeliveryWords {
  readonly recipient: string;
  readonly reason: string;
}

/** What was told of each of these parts. */
export async function deliveriesOf(
  { database, appId, seal }: OutboxRoom,
  parts: readonly KeptPart[],
): Promise<Deliveries> {
  const nameOf = (request: number, position: number) => `${request} ${position}`;
  const found = new Map<string, DeliveryRecord[]>();
  if (parts.length > 0) {
    const rows = await database.query<DeliveryRow>(
      `SELECT told.* FROM unnest($2::bigint[], $3::integer[]) AS wanted (request, position)
        JOIN email_app.part_delivery AS told
        ON told.app = $1 AND told.request = wanted.request AND told.position = wanted.position`,
      [appId, parts.map(({ request }) => request.key), parts.map(({ position }) => position)],
    );
    for (const { request, position, state, at, sealed } of rows) {
      const name = nameOf(request, position);
      const record = {
        ...openJson<DeliveryWords>(sealed, seal),
        state: deliveryStates[state] ?? 'taken',
        at,
      };
      found.set(name, [...(found.get(name) ?? []), record]);
    }
  }
  return ({ request, position }) => found.get(nameOf(request.key, position)) ?? [];
}

/** One statement writes each row once: of what was told of the same, the latest. */
function newestOf({ mailboxOf }: OutboxRoom, deliveries: readonly NewDelivery[]): readonly NewDelivery[] {
  const newest = new Map<string, NewDelivery>();
  for (const delivery of deliveries) {
    const name = `${delivery.partId} ${mailboxOf(delivery.recipient).toString('hex')}`;
    const other = newest.get(name);
    if (!other || isLater(delivery, other)) newest.set(name, delivery);
  }
  return [...newest.values()];
}

function isLater(one: DeliveryRecord, other: DeliveryRecord): boolean {
  const rank = ({ state }: DeliveryRecord) => deliveryStates.indexOf(state);
  return rank(one) > rank(other) || (rank(one) === rank(other) && one.at > other.at);
}

async function addDeliveries(
  tx: Queries,
  { appId, seal, personOf, mailboxOf }: OutboxRoom,
  deliveries: readonly NewDelivery[],
): Promise<void> {
  if (deliveries.length === 0) return;
  await tx.query(
    `INSERT INTO email_app.part_delivery AS told (app, request, position, recipient, person, state, at, sealed)
      SELECT $1, part.request, part.position, recipient, given.person, state, at, given.sealed
      FROM unnest($2::text[], $3::bytea[], $4::bytea[], $5::smallint[], $6::bigint[], $7::bytea[])
        AS given (id, recipient, person, state, at, sealed)
      JOIN email_app.part ON part.app = $1 AND part.id = given.id
      ORDER BY part.request, part.position, recipient
      ON CONFLICT (app, request, position, recipient) DO UPDATE
        SET state = excluded.state, at = excluded.at, sealed = excluded.sealed
        WHERE (excluded.state, excluded.at) > (told.state, told.at)`,
    [
      appId,
      deliveries.map(({ partId }) => partId),
      deliveries.map(({ recipient }) => mailboxOf(recipient)),
      deliveries.map(({ recipient }) => personOf(recipient)),
      deliveries.map(({ state }) => deliveryStates.indexOf(state)),
      deliveries.map(({ at }) => at),
      deliveries.map(({ recipient, reason }) =>
        sealJson({ recipient, reason } satisfies DeliveryWords, seal),
      ),
    ],
  );
}

async function settleSent(tx: Queries, room: OutboxRoom, sent: readonly SentAfterAll[]): Promise<void> {
  if (sent.length === 0) return;
  const factOf = new Map(sent.map((fact) => [fact.partId, fact]));
  const parts = await lockUnknown(tx, room, [...factOf.keys()]);
  const after = parts.flatMap((part) => {
    const fact = factOf.get(part.id);
    return fact ? [partAfter(part, { ...fact, state: 'sent', code: 'sent', attempted: false })] : [];
  });
  await writeFoundOut(tx, room, after, 'not owed');
}
