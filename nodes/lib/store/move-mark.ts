/** What a store remembers of a move: that an app has left it, or has not wholly arrived. Then nothing is sent from it. */
import { EmailError } from '../kernel/errors.ts';
import { parseJson } from '../kernel/parse-json.ts';
import { isPlainRecord } from '../kernel/plain-record.ts';

export interface MoveMark {
  readonly state: 'moved' | 'arriving';
  /** Where to, or where from, as people know it. */
  readonly other: string;
}

export const moveNote = 'store-move';

interface MarkedStore {
  readNote(name: string): Promise<string | undefined>;
  writeNote(name: string, value: string | undefined): Promise<void>;
}

export async function readMark({ readNote }: Pick<MarkedStore, 'readNote'>): Promise<MoveMark | undefined> {
  const text = await readNote(moveNote);
  if (text === undefined) return undefined;
  const mark = parseJson(text);
  // what cannot be read says at least that there was a move
  if (!isPlainRecord(mark)) return { state: 'arriving', other: '' };
  return { state: mark.state === 'moved' ? 'moved' : 'arriving', other: String(mark.other) };
}

export async function writeMark(
  { writeNote }: Pick<MarkedStore, 'writeNote'>,
  mark: MoveMark | undefined,
): Promise<void> {
  await writeNote(moveNote, mark && JSON.stringify(mark));
}

/** For whoever opens a store to work with it. Throws EmailError `store-moved` or `store-moving`. */
export async function requireStaying(readNote: MarkedStore['readNote'], name: string): Promise<void> {
  const mark = await readMark({ readNote });
  if (mark) throw movedAway(name, mark);
}

export function movedAway(name: string, { state, other }: MoveMark): EmailError {
  return new EmailError(state === 'moved' ? 'store-moved' : 'store-moving', {
    detail: { value: name, why: other },
  });
}
