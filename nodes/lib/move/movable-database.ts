/** An app's place in a PostgreSQL database comes in; a store that the app can be moved out of, or into, goes out. */
import { EmailError } from '../kernel/errors.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { rowSeal } from '../keys/row-seal.ts';
import type { Place } from '../postgres/database.ts';
import { deadAfter } from '../postgres/instance-tables.ts';
import { postgresNotes } from '../postgres/postgres-notes.ts';
import { webhookWords } from '../postgres/webhook-words.ts';
import { moveNote } from '../store/move-mark.ts';
import { addressHasher } from '../suppression/address-hasher.ts';
import { accessShelf } from './database-accesses.ts';
import { eventShelf, readerShelf } from './database-events.ts';
import { copyShelf, mailingShelf } from './database-mailings.ts';
import { contentShelf, deliveryShelf, partShelf, pauseShelf, requestShelf } from './database-outbox.ts';
import { type DatabaseRoom, insertRows, readColumns } from './database-rows.ts';
import {
  historyShelf,
  noticeShelf,
  receivedShelf,
  softBounceShelf,
  sourceKeyShelf,
  suppressionShelf,
  webhookShelf,
} from './database-shelves.ts';
import type { Kept, KeptList, MovableStore, Shelves } from './kept.ts';

export interface MovableDatabaseOptions extends Place {
  /** As people know it. */
  readonly name: string;
  readonly keys: KeyRing;
}

/** Its schema is there. Throws EmailError `store-in-use` while the app runs anywhere, `import-running`. */
export async function openMovableDatabase({
  name,
  keys,
  ...place
}: MovableDatabaseOptions): Promise<MovableStore> {
  const { database, appId } = place;
  const requireAlone = () => requireNobody(place, name);
  await requireAlone();
  const [load] = await database.query(
    'SELECT 1 FROM email_app.suppression_import WHERE app = $1 AND at IS NOT NULL AND NOT is_done',
    [appId],
  );
  if (load) throw new EmailError('import-running', { retryable: true });
  const seal = (what: string) => rowSeal(keys, `${appId} ${what}`);
  const room: DatabaseRoom = {
    ...place,
    columns: await readColumns(place),
    hasher: addressHasher(keys.current('address-hash').secret),
    seals: {
      ...{ outbox: seal('outbox'), event: seal('event'), webhook: seal('webhook') },
      ...{ inbound: seal('inbound'), notice: seal('notice') },
    },
  };
  const shelves = shelvesOf(room, keys);
  return { name, shelves, requireAlone, ...postgresNotes(place), ...wholeOf(room) };
}

async function requireNobody({ database, appId, instance }: Place, name: string): Promise<void> {
  const [other] = await database.query(
    `SELECT 1 FROM email_app.instance WHERE app = $1 AND id <> $2
      AND seen_at > clock_timestamp() - interval '${deadAfter} milliseconds' LIMIT 1`,
    [appId, instance],
  );
  if (other) throw new EmailError('store-in-use', { detail: { value: name }, retryable: true });
}

function wholeOf(room: DatabaseRoom): Pick<MovableStore, 'readList' | 'clear' | 'clearEvents' | 'finish'> {
  const { database, appId, columns } = room;
  return {
    async readList(): Promise<KeptList> {
      const sql = 'SELECT fingerprint, some_erased FROM email_app.suppression_state WHERE app = $1';
      const [state] = await database.query<{ fingerprint: string; some_erased: boolean }>(sql, [appId]);
      return { fingerprint: state?.fingerprint ?? '', someErased: state?.some_erased ?? false };
    },
    async clear() {
      for (const [table, names] of columns)
        if (names.has('app') && table !== 'instance' && table !== 'note') await emptyTable(room, table);
      await database.query('DELETE FROM email_app.note WHERE app = $1 AND name <> $2', [appId, moveNote]);
    },
    clearEvents: () => emptyTable(room, 'event'),
    async finish(list) {
      for (const [table, column] of numbered) await database.query(goOnAfter(table, column), [appId]);
      await database.query(tally, [appId, room.instance]);
      await database.query(listState, [appId, list.fingerprint, list.someErased]);
    },
  };
}

const rowsOfDelete = 20_000;

/** In steps, for no statement may take long. */
async function emptyTable({ database, appId }: DatabaseRoom, table: string): Promise<void> {
  const sql = `DELETE FROM email_app.${table} WHERE app = $1 AND ctid = ANY (ARRAY(
    SELECT ctid FROM email_app.${table} WHERE app = $1 LIMIT ${rowsOfDelete})) RETURNING 1`;
  while ((await database.query(sql, [appId])).length === rowsOfDelete);
}

const numbered = [
  ['request', 'key'],
  ['event', 'sequence'],
  ['webhook', 'key'],
] as const;

/** Numbers that came with the app are not given again. */
function goOnAfter(table: string, column: string): string {
  return `SELECT setval(name, greatest(last, nextval(name))) FROM (
    SELECT pg_get_serial_sequence('email_app.${table}', '${column}')::regclass AS name, coalesce(max(${column}), 1) AS last
    FROM email_app.${table} WHERE app = $1) AS numbers`;
}

const tally = `INSERT INTO email_app.turn_tally (app, instance, lane, held, queued, sending, unknown)
  SELECT $1, $2, 'other', count(*) FILTER (WHERE state = 'held'), count(*) FILTER (WHERE state = 'queued'),
    count(*) FILTER (WHERE state = 'sending'),
    (SELECT count(*) FROM email_app.outcome WHERE app = $1 AND state = 'unknown')
  FROM email_app.turn WHERE app = $1`;

const listState = `INSERT INTO email_app.suppression_state (app, fingerprint, entries, some_erased)
  SELECT $1, $2, count(*), $3 FROM email_app.suppression WHERE app = $1`;

function shelvesOf(room: DatabaseRoom, keys: KeyRing): Shelves {
  return {
    request: requestShelf(room),
    content: contentShelf(room),
    part: partShelf(room),
    delivery: deliveryShelf(room),
    mailing: mailingShelf(room),
    copy: copyShelf(room),
    pause: pauseShelf(room),
    event: eventShelf(room),
    reader: readerShelf(room),
    suppression: suppressionShelf(room),
    history: historyShelf(room),
    softBounce: softBounceShelf(room),
    webhook: webhookShelf(room, webhookWords(keys, room.appId)),
    received: receivedShelf(room),
    sourceKey: sourceKeyShelf(room),
    notice: noticeShelf(room),
    access: accessShelf(room),
    note: {
      async *read() {
        yield await notesOf(room);
      },
      write: (notes) =>
        insertRows(
          room.database,
          room,
          'note',
          notes.map(({ name, value }) => ({ name, value })),
        ),
      count: async () => (await notesOf(room)).length,
    },
  };
}

/** Without the one about the move. */
async function notesOf({ database, appId }: Place): Promise<readonly Kept['note'][]> {
  const sql = 'SELECT name, value FROM email_app.note WHERE app = $1 AND name <> $2 ORDER BY name';
  return database.query<Kept['note']>(sql, [appId, moveNote]);
}
