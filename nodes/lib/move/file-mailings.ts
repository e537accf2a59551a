/** The mailings of an app's file: their copies lie in a file each, from which those that were drawn are not taken again. */
import { join } from 'node:path';
import type { MailingCopy } from '../outbound/mailings.ts';
import { DraftFile } from '../store/draft-file.ts';
import { lineReader, writeLine } from '../store/mailing-lines.ts';
import { type FileRoom, fileShelf, pagesOf, row } from './file-rows.ts';
import type { Kept, Shelves } from './kept.ts';

interface MailingRow {
  readonly request: number;
  readonly priority: number;
  readonly due_at: number;
  readonly copies: number;
  readonly drawn: number;
  readonly read_to: number;
  readonly spool: string;
}

const spoolPrefix = 'mailing-';
const copiesOfPage = 500;

export function mailingShelf(room: FileRoom): Shelves['mailing'] {
  return fileShelf<MailingRow, Kept['mailing']>(room, {
    table: 'mailing',
    toKept: ({ request, priority, due_at: dueAt, copies, drawn, spool }) => ({
      ...{ request, priority, dueAt, copies, drawn },
      id: spool.slice(spoolPrefix.length),
    }),
    toRow: ({ request, id, priority, dueAt, copies, drawn }) =>
      row({ request, priority, due_at: dueAt, copies, drawn, read_to: 0, spool: spoolPrefix + id }),
  });
}

export function copyShelf(room: FileRoom): Shelves['copy'] {
  const mailings = async () => {
    const all: MailingRow[] = [];
    for await (const rows of pagesOf<MailingRow>(room.client, 'mailing')) all.push(...rows);
    return all;
  };
  const writer = copyWriter(room, mailings);
  return {
    async *read() {
      for (const mailing of await mailings()) yield* copiesOf(room, mailing);
    },
    write: writer,
    count: async () => (await mailings()).reduce((sum, { copies, drawn }) => sum + copies - drawn, 0),
  };
}

async function* copiesOf({ seal, spool }: FileRoom, mailing: MailingRow): AsyncGenerator<Kept['copy'][]> {
  const read = lineReader(seal);
  let place = mailing.drawn;
  let from = mailing.read_to;
  while (place < mailing.copies) {
    const { copies, readTo } = read(join(spool, mailing.spool), from, copiesOfPage);
    if (copies.length === 0) return;
    const first = place;
    yield copies.map((copy, index) => ({
      mailing: mailing.spool.slice(spoolPrefix.length),
      request: mailing.request,
      place: first + index,
      copy: { ...copy, subject: copy.subject ?? undefined, correlationId: copy.correlationId ?? undefined },
    }));
    place += copies.length;
    from = readTo;
  }
}

/** Copies come mailing by mailing; a file is finished with the last of its mailing. */
function copyWriter({ seal, spool }: FileRoom, mailings: () => Promise<readonly MailingRow[]>) {
  const left = new Map<string, number>();
  const files = new Map<string, DraftFile>();
  const write = async (id: string, copies: readonly MailingCopy[]) => {
    const file = files.get(id) ?? new DraftFile(join(spool, spoolPrefix + id), seal);
    files.set(id, file);
    for (const copy of copies) await file.write(writeLine(copy));
    left.set(id, (left.get(id) ?? 0) - copies.length);
    if (left.get(id) !== 0) return;
    await file.finish();
    files.delete(id);
  };
  return async (records: readonly Kept['copy'][]): Promise<void> => {
    if (left.size === 0)
      for (const { spool: name, copies, drawn } of await mailings())
        left.set(name.slice(spoolPrefix.length), copies - drawn);
    for (const [id, some] of Map.groupBy(records, ({ mailing }) => mailing))
      await write(
        id,
        some.map(({ copy }) => copy),
      );
  };
}
