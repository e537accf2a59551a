/** Everything that an app keeps goes from one store to another; as long as not all of it is there, it stays where it was. */
import { EmailError } from '../kernel/errors.ts';
import { movedAway, readMark, writeMark } from '../store/move-mark.ts';
import { type Kind, kinds, type MovableStore, type Shelf } from './kept.ts';

export interface MoveStep {
  readonly kind: Kind;
  readonly done: number;
  readonly total: number;
}

export type MoveCounts = Readonly<Record<Kind, number>>;

/**
 * Nobody else has either store open. What a move that was cut off has left in the target is removed, and all is begun
 * anew; the app works where it was until then. At the end the counts of each kind are compared, then the old store says
 * that it was left, and only then the new one may be opened: so mails never go out from both.
 *
 * Throws EmailError `store-moved`, `store-moving` (of the source); `move-target-used`; `move-incomplete`; and as stores do.
 */
export async function moveApp(
  from: MovableStore,
  to: MovableStore,
  onStep: (step: MoveStep) => void = () => {},
): Promise<MoveCounts> {
  await requireMovable(from, to);
  await writeMark(to, { state: 'arriving', other: from.name });
  await to.clear();
  const counts: Partial<Record<Kind, number>> = {};
  for (const kind of kinds) {
    if (kind === 'event') await to.clearEvents();
    const [source, target] = [from.shelves[kind], to.shelves[kind]] as [Shelf<unknown>, Shelf<unknown>];
    counts[kind] = await moveShelf(source, target, (done, total) => onStep({ kind, done, total }));
  }
  await to.finish(await from.readList());
  await requireAll(to, counts as MoveCounts);
  await leave(from, to.name, counts as MoveCounts);
  await writeMark(to, undefined);
  return counts as MoveCounts;
}

/** A move may be taken up again that was cut off between the last two marks. */
async function requireMovable(from: MovableStore, to: MovableStore): Promise<void> {
  const [left, arriving] = await Promise.all([readMark(from), readMark(to)]);
  const isTakenUp = left?.state === 'moved' && arriving?.state === 'arriving' && arriving.other === from.name;
  if (left && !isTakenUp) throw movedAway(from.name, left);
  if (!arriving && (await isUsed(to)))
    throw new EmailError('move-target-used', { detail: { value: to.name } });
}

async function isUsed({ shelves }: MovableStore): Promise<boolean> {
  for (const kind of kinds) if (kind !== 'note' && (await shelves[kind].count()) > 0) return true;
  return false;
}

/** Answers how many there were. */
async function moveShelf<Record>(
  source: Shelf<Record>,
  target: Shelf<Record>,
  onStep: (done: number, total: number) => void,
): Promise<number> {
  const total = await source.count();
  let done = 0;
  onStep(done, total);
  for await (const page of source.read()) {
    await target.write(page);
    done += page.length;
    onStep(done, total);
  }
  if (done !== total) throw incomplete(`${done} of ${total} were read`);
  return done;
}

async function requireAll({ shelves }: MovableStore, counts: MoveCounts): Promise<void> {
  for (const kind of kinds) {
    const found = await shelves[kind].count();
    if (found !== counts[kind]) throw incomplete(`${kind}: ${found} of ${counts[kind]} have arrived`);
  }
}

/** Whoever opens it looks for the mark after others can see that it is there: one of the two sees the other. */
async function leave(from: MovableStore, other: string, counts: MoveCounts): Promise<void> {
  const before = await readMark(from);
  await writeMark(from, { state: 'moved', other });
  try {
    await from.requireAlone();
    await requireAll(from, counts);
  } catch (error) {
    await writeMark(from, before);
    throw error;
  }
}

function incomplete(why: string): EmailError {
  return new EmailError('move-incomplete', { detail: { why } });
}
