/** Parts as records: by their ids, of a request, by their place; and the results that a flow has not had yet. */
import { EmailError } from '../kernel/errors.ts';
import type { PartRecord, UnreportedPart } from '../outbound/outbox.ts';
import type { OutboxRoom } from './outbox-room.ts';
import { openParts, type PartPlace, type PartRow, readParts, selectParts, toRecord } from './outbox-rows.ts';

/** In the order of the places; undefined for what is no longer kept. */
export async function findRecords(
  room: OutboxRoom,
  places: readonly PartPlace[],
): Promise<(PartRecord | undefined)[]> {
  const nameOf = (request: number, position: number) => `${request} ${position}`;
  const parts = await readParts(room.database, room, places);
  const found = new Map(parts.map((part) => [nameOf(part.request.key, part.position), toRecord(part)]));
  return places.map(({ request, position }) => found.get(nameOf(request, position)));
}

export async function partsOf(
  { database, appId, seal }: OutboxRoom,
  requestId: string,
  from: number,
  limit: number,
): Promise<PartRecord[]> {
  const rows = await database.query<PartRow>(
    `${selectParts} WHERE part.app = $1 AND part.position >= $3
      AND part.request = (SELECT key FROM email_app.request WHERE app = $1 AND id = $2)
      ORDER BY part.position LIMIT $4`,
    [appId, requestId, from, limit],
  );
  return openParts(rows, seal).map(toRecord);
}

interface Owed extends PartPlace {
  readonly message: Buffer | null;
}

/** What a dead instance owed is owed by whoever asks first. */
const adopt = `
  WITH found AS (
    SELECT request, position, owner, settled_at FROM email_app.owed
    WHERE app = $1 AND node = $3 AND owner IN ('', $2) ORDER BY settled_at, request, position LIMIT $4 FOR UPDATE SKIP LOCKED
  ),
  adopted AS (
    UPDATE email_app.owed SET owner = $2 FROM found
    WHERE owed.app = $1 AND owed.request = found.request AND owed.position = found.position AND found.owner = ''
  )
  SELECT found.request, found.position, request.message
  FROM found JOIN email_app.request ON request.app = $1 AND request.key = found.request
  ORDER BY settled_at, found.request, found.position`;

export async function unreportedParts(
  room: OutboxRoom,
  node: string,
  limit: number,
): Promise<UnreportedPart[]> {
  const owed = await room.database.query<Owed>(adopt, [room.appId, room.instance, node, limit]);
  const records = await findRecords(room, owed);
  return owed.flatMap(({ message }, index) => {
    const record = records[index];
    return record ? [{ record, message: message ? room.seal.open(message).toString() : undefined }] : [];
  });
}

export async function markReported(
  { database, appId }: OutboxRoom,
  partIds: readonly string[],
): Promise<void> {
  await database.query(
    `DELETE FROM email_app.owed USING email_app.part WHERE part.app = $1 AND part.id = ANY($2::text[])
      AND owed.app = $1 AND owed.request = part.request AND owed.position = part.position`,
    [appId, partIds],
  );
}

/** As bytes. Throws EmailError `store-corrupt` when it is gone. */
export async function readContent({ database, appId, seal }: OutboxRoom, contentId: number): Promise<Buffer> {
  const [content] = await database.query<{ bytes: Buffer }>(
    'SELECT bytes FROM email_app.content WHERE app = $1 AND request = $2',
    [appId, contentId],
  );
  if (content) return seal.open(content.bytes);
  const why = 'a mail’s content is missing';
  throw new EmailError('store-corrupt', { detail: { value: 'email_app.content', why } });
}
