/**
 * Parts that are due come out marked as sending. A part to a paused domain is put off until the pause ends when its
 * turn comes, so that a long queue to one domain is stepped over once and not at every claim.
 */
import type { DatabaseSync } from 'node:sqlite';
import { EmailError } from '../kernel/errors.ts';
import { classPause, type OutboxEntry } from '../outbound/outbox.ts';
import { type Mailing, type MailingDraw, mailingDraw } from './mailing-draw.ts';
import { ridersPassing } from './outbox-riders.ts';
import { type DuePart, type PartRow, priorityRanks, selectParts, toEntry } from './outbox-rows.ts';
import { openPart, type PartWords } from './outbox-sealed.ts';
import { limitTo, prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';
import { type PostedFailure, postFailure } from './store-failure.ts';

interface Pause {
  readonly domain: string;
  readonly until: number;
}

export interface Claim {
  readonly entries: OutboxEntry[];
  /** True if it ended early, after `mostPutOff`: what follows may be claimable. */
  readonly interrupted: boolean;
  /** Of a mailing or a part that was passed over. */
  readonly damage?: PostedFailure;
}

/** Parts put off in one go, so that other calls get their turn. */
const mostPutOff = 2000;
/** ms: what does not open today may do so once the right keys are back. */
const unreadableFor = 3_600_000;

export function claimOperation(context: StoreContext) {
  const { database } = context;
  const mailings = mailingDraw(context);
  const readPauses = prepareStatement<Pause>(
    database,
    'SELECT domain, until FROM domain_pause WHERE until > ?',
  );
  const markSending = prepareStatement(
    database,
    `UPDATE part SET state = 'sending', paused_by = NULL WHERE key = ?`,
  );
  const duePartsOf = dueParts(context, mailings);
  const putOff = puttingOff(context);

  return ({ limit, now }: { limit: number; now: number }): Claim => {
    const pauses = readPauses.all(now);
    const entries: OutboxEntry[] = [];
    let putOffs = 0;
    const someMore = () => limit - entries.length + (pauses.length > 0 ? 100 : 0);
    let damage: EmailError | undefined;
    const onDamage = (found: EmailError) => (damage = found);
    const due = { now, mailings: mailings.due(now, pauses), isFree: pauses.length === 0, onDamage };
    for (const { part, words } of duePartsOf(due, someMore)) {
      if (entries.length >= limit || putOffs === mostPutOff) break;
      const pause = findPause(part, words, { pauses, now });
      if (pause) {
        putOff(part, words, { ...pause, now });
        putOffs += 1;
      } else {
        if (part.state !== 'sending') markSending.run(part.key);
        entries.push(toEntry(part, words));
      }
    }
    return { entries, interrupted: putOffs === mostPutOff, damage: damage && postFailure(damage) };
  };
}

interface Due {
  readonly now: number;
  readonly mailings: readonly Mailing[];
  /** No domain is paused: what is drawn is claimed, and need not be written twice. */
  readonly isFree: boolean;
  readonly onDamage: (damage: EmailError) => void;
}

/** One that does not open is put off, for it must not keep the others back. */
function partReading({ database, seal }: StoreContext) {
  const passOver = prepareStatement(database, 'UPDATE part SET due_at = ? WHERE key = ?');
  const open = (part: PartRow): PartWords | EmailError => {
    try {
      return openPart(part, seal);
    } catch (thrown) {
      if (thrown instanceof EmailError) return thrown;
      throw thrown;
    }
  };
  return function* (parts: readonly PartRow[], { now, onDamage }: Due): Generator<DuePart> {
    for (const part of parts) {
      const words = open(part);
      if (!(words instanceof EmailError)) yield { part, words };
      else {
        passOver.run(now + unreadableFor, part.key);
        onDamage(words);
      }
    }
  };
}

/**
 * In the order to be claimed; the copies of a mailing follow what was due before it. Every part must be marked or put off
 * before the next is asked for.
 */
function dueParts(context: StoreContext, { draw }: MailingDraw) {
  const { database } = context;
  const readable = partReading(context);
  const find = prepareStatement<PartRow>(
    database,
    `${selectParts} WHERE state = 'queued' AND priority = ? AND due_at <= ? ORDER BY due_at, part.key ${limitTo}`,
  );
  function* ofPriority(priority: number, due: Due, count: () => number): Generator<DuePart> {
    const { now, mailings, isFree, onDamage } = due;
    const waiting = mailings.filter((mailing) => mailing.priority === priority);
    while (count() > 0) {
      const [mailing] = waiting;
      const parts = find.all(priority, mailing?.due_at ?? now, count());
      yield* readable(parts, due);
      if (parts.length > 0) continue;
      if (!mailing) break;
      const { drawn, rest, damage } = draw(mailing, count(), isFree ? 'sending' : 'queued');
      if (damage) onDamage(damage);
      waiting.splice(0, 1, ...rest);
      yield* drawn;
    }
  }
  return function* (due: Due, count: () => number): Generator<DuePart> {
    for (const priority of Object.values(priorityRanks)) yield* ofPriority(priority, due, count);
  };
}

/** An expired part is claimed in spite of a pause: it is not going to be sent. */
function findPause(
  part: PartRow,
  { recipients }: PartWords,
  { pauses, now }: { readonly pauses: readonly Pause[]; readonly now: number },
): Pause | undefined {
  if (pauses.length === 0 || (part.expires_at !== null && part.expires_at <= now)) return undefined;
  const ownClass = classPause(part.message_class);
  return pauses.find(
    ({ domain }) => domain === ownClass || recipients.some((address) => address.endsWith(`@${domain}`)),
  );
}

function puttingOff(context: StoreContext) {
  const update = prepareStatement(
    context.database,
    'UPDATE part SET due_at = ?, paused_by = ? WHERE key = ?',
  );
  const passOnRiders = ridersPassing(context);
  return (part: PartRow, words: PartWords, { domain, until, now }: Pause & { now: number }): void => {
    passOnRiders(part, words, { state: 'later', code: '', reason: '', at: now });
    update.run(Math.min(until, part.expires_at ?? until), domain, part.key);
  };
}

export function pauseDomainOperation(database: DatabaseSync) {
  const write = prepareStatement(
    database,
    'INSERT INTO domain_pause VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET until = excluded.until, reason = excluded.reason',
  );
  const bringForward = prepareStatement(
    database,
    `UPDATE part SET due_at = ? WHERE paused_by = ? AND state = 'queued' AND due_at > ?`,
  );
  // the reason has words of a server, which may name people, and nobody reads it here
  return ({ domain, until }: Pause): void => {
    const name = domain.toLowerCase();
    const end = Math.ceil(until);
    write.run(name, end, '');
    bringForward.run(end, name, end);
  };
}
