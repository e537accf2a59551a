/** Copies of mailings come out of their files, each in its turn, and are parts from then on. */
import { randomUUID } from 'node:crypto';
import { EmailError } from '../kernel/errors.ts';
import { domainOf } from '../mail/address.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import { newMessageId } from '../mail/message-id.ts';
import { copyId } from '../outbound/copy-id.ts';
import { classPause } from '../outbound/outbox.ts';
import { type LineCopy, type LinesRead, lineReader } from './mailing-lines.ts';
import { partInsertion } from './outbox-accept.ts';
import { type DuePart, nothingClear, type RequestColumns, requestColumns } from './outbox-rows.ts';
import type { PartWords } from './outbox-sealed.ts';
import { prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

/** With what its copies need of its request. */
export interface Mailing extends RequestColumns {
  readonly request: number;
  readonly priority: number;
  readonly due_at: number;
  readonly copies: number;
  readonly drawn: number;
  /** Bytes of its file. */
  readonly read_to: number;
  readonly spool: string;
}

export interface MailingDraw {
  /** Those that are due, in the order to be claimed; without those of a paused class that are not expired. */
  due(now: number, pauses: readonly { readonly domain: string }[]): Mailing[];
  /** The next copies, parts in this state now. */
  draw(mailing: Mailing, count: number, state: 'queued' | 'sending'): Drawn;
}

export interface Drawn {
  readonly drawn: readonly DuePart[];
  /** The mailing as it is afterwards, if there are more. */
  readonly rest: readonly Mailing[];
  /** Its file cannot be read: nothing is drawn, and others have their turn. */
  readonly damage?: EmailError;
}

export function mailingDraw(context: StoreContext): MailingDraw {
  const { database, spool, afterCommit, seal } = context;
  const read = lineReader(seal);
  const insertPart = partInsertion(context);
  const find = prepareStatement<Mailing>(
    database,
    `SELECT mailing.*, ${requestColumns} FROM mailing JOIN request ON request.key = mailing.request
      WHERE due_at <= ? ORDER BY due_at, mailing.request`,
  );
  const moveOn = prepareStatement(database, 'UPDATE mailing SET drawn = ?, read_to = ? WHERE request = ?');
  const remove = prepareStatement(database, 'DELETE FROM mailing WHERE request = ?');

  return {
    due(now, pauses) {
      const isExpired = ({ expires_at }: Mailing) => expires_at !== null && expires_at <= now;
      const isPaused = (mailing: Mailing) =>
        pauses.some(({ domain }) => domain === classPause(mailing.message_class));
      return find.all(now).filter((mailing) => isExpired(mailing) || !isPaused(mailing));
    },
    draw(mailing, count, state) {
      const wanted = Math.min(count, mailing.copies - mailing.drawn);
      const file = spool.pathOf(mailing.spool);
      const { copies, readTo } = whatIsThere(() => read(file, mailing.read_to, wanted));
      if (copies.length < wanted) return { drawn: [], rest: [], damage: damaged(file) };
      const rest = { ...mailing, drawn: mailing.drawn + wanted, read_to: readTo };
      if (rest.drawn < rest.copies) moveOn.run(rest.drawn, readTo, mailing.request);
      else {
        remove.run(mailing.request);
        afterCommit.push(() => spool.remove(mailing.spool));
      }
      const shared = { ...mailing, ...neverSent };
      const drawn = copies.map((copy, index) => {
        const row = { ...newRow(mailing, copy, mailing.drawn + index), state };
        const words = wordsOf(copy);
        return { words, part: { ...shared, ...row, key: insertPart(row, words) } };
      });
      return { drawn, rest: rest.drawn < rest.copies ? [rest] : [] };
    },
  };
}

/** Its columns that are sealed are not read again: its words are at hand. */
const neverSent = {
  ...nothingClear,
  sealed: null,
  outcome: null,
  provider_message_id: null,
  partly_taken: 0,
  attempts: 0,
  code: '',
  reason: '',
  refused: '[]',
  settled_at: null,
  handed: null,
} as const;

/** Nobody knows a Message-ID but the reader: a report that names it is believed. So it is not made from the place. */
function newRow(mailing: Mailing, { correlationId }: LineCopy, position: number) {
  const { request, priority, due_at, request_id, node, reports } = mailing;
  const sender: Mailbox = JSON.parse(mailing.sender);
  return {
    id: copyId(request_id, position),
    request,
    position,
    priority,
    due_at,
    owed_to: reports === 1 ? node : null,
    correlation_id: correlationId,
    message_id: newMessageId(randomUUID, domainOf(sender.address)),
  };
}

function wordsOf({ to, values, subject }: LineCopy): PartWords {
  const words = { to, recipients: [to.address], riders: [], values: JSON.stringify(values) };
  return subject === null ? words : { ...words, subject };
}

/** Nothing, of a file that is gone or damaged. */
function whatIsThere(read: () => LinesRead): LinesRead {
  try {
    return read();
  } catch (thrown) {
    const isGone = (thrown as { code?: unknown }).code === 'ENOENT';
    const isDamaged = thrown instanceof SyntaxError || thrown instanceof EmailError;
    if (!isGone && !isDamaged) throw thrown;
    return { copies: [], readTo: 0 };
  }
}

function damaged(file: string): EmailError {
  return new EmailError('store-corrupt', {
    detail: { value: file, why: 'recipients of a mailing are missing or damaged' },
  });
}
