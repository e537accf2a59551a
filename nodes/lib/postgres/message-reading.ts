/** The id of a copy comes in; what happened to it, or what it was made of, goes out. */
import { deserialize } from 'node:v8';
import type { EventType } from '../event/event-log.ts';
import { EmailError } from '../kernel/errors.ts';
import type { KeptMessage, TimelineEntry } from '../message-log/message-log.ts';
import { type ToldEvent, timelineOf } from '../store/message-timeline.ts';
import { recipientsOf } from './message-search.ts';
import { plainText } from './outbox-outcomes.ts';
import type { OutboxRoom } from './outbox-room.ts';
import { joinPart, type KeptPart, openParts, type PartRow, partColumns, toRecord } from './outbox-rows.ts';
import { openJson } from './outbox-words.ts';
import { deliveriesOf } from './postgres-delivery-records.ts';

export async function readTimeline(room: OutboxRoom, id: string): Promise<TimelineEntry[] | undefined> {
  const found = await findPart(room, id);
  if (!found) return undefined;
  const { part, dueAt } = found;
  const [events, deliveries] = await Promise.all([eventsOf(room, part), deliveriesOf(room, [part])]);
  const { startsAt } = part.request;
  return timelineOf({ record: toRecord(part), startsAt, dueAt, events, deliveries: deliveries(part) });
}

/** Throws EmailError `content-gone`. */
export async function openMessage(room: OutboxRoom, id: string): Promise<KeptMessage | undefined> {
  const found = await findPart(room, id);
  if (!found) return undefined;
  const { part } = found;
  const [kept] = await room.database.query<{ bytes: Buffer }>(
    'SELECT bytes FROM email_app.content WHERE app = $1 AND request = $2',
    [room.appId, part.request.key],
  );
  if (!kept) throw new EmailError('content-gone');
  return {
    record: toRecord(part),
    recipients: recipientsOf(part),
    values: JSON.parse(part.words.values),
    content: deserialize(room.seal.open(kept.bytes)),
  };
}

interface FoundPart {
  readonly part: KeptPart;
  /** When it is to be tried next, if it waits. */
  readonly dueAt: number;
}

async function findPart({ database, appId, seal }: OutboxRoom, id: string): Promise<FoundPart | undefined> {
  const rows = await database.query<PartRow & { readonly due_at: number | null }>(
    `SELECT ${partColumns}, turn.due_at FROM email_app.part ${joinPart} WHERE part.app = $1 AND part.id = $2`,
    [appId, plainText(id)],
  );
  const [part] = openParts(rows, seal);
  return part && { part, dueAt: rows[0]?.due_at ?? part.request.startsAt };
}

/** Of what is told of one mail, the newest: who fetches its pictures decides how often. */
const mostTold = 500;

/** What the log tells beyond what the copy's own rows tell: fates that became others, and what was told by others. */
const findEvents = `
  SELECT at, type, fact, turn, sequence FROM email_app.event
    WHERE app = $1 AND request = $2 AND position = $3 AND fact IS NOT NULL
  UNION ALL
  (SELECT * FROM (
      SELECT at, type, fact, turn, sequence FROM email_app.event WHERE app = $1 AND mail = $4 AND fact IS NOT NULL OFFSET 0
    ) AS told ORDER BY turn DESC, sequence DESC LIMIT ${mostTold})
  ORDER BY turn, sequence`;

interface EventRow {
  readonly at: number;
  readonly type: EventType;
  readonly fact: Buffer;
}

async function eventsOf(
  { database, appId, eventSeal }: OutboxRoom,
  { request, position, id }: KeptPart,
): Promise<ToldEvent[]> {
  const rows = await database.query<EventRow>(findEvents, [appId, request.key, position, id]);
  return rows.map(({ at, type, fact }) => ({
    ...openJson<Omit<ToldEvent, 'at' | 'type'>>(fact, eventSeal),
    at,
    type,
  }));
}
