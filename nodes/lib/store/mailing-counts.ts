/** How many copies of mailings wait in their files. */
import type { DatabaseSync } from 'node:sqlite';
import { classPause } from '../outbound/outbox.ts';
import { prepareStatement } from './prepare-statement.ts';

export interface MailingCounts {
  readonly due: number;
  /** Those of a paused class among them. */
  readonly later: number;
  readonly dueTimes: readonly number[];
  readonly laterTimes: readonly number[];
}

interface Waiting {
  readonly due_at: number;
  readonly message_class: string;
  readonly copies: number;
}

export function mailingCounting(database: DatabaseSync): (now: number) => MailingCounts {
  const find = prepareStatement<Waiting>(
    database,
    `SELECT due_at, message_class, sum(copies - drawn) AS copies
      FROM mailing JOIN request ON request.key = mailing.request GROUP BY due_at, message_class`,
  );
  const findPause = prepareStatement(database, 'SELECT 1 FROM domain_pause WHERE domain = ? AND until > ?');
  return (now) => {
    const all = find.all();
    const isPaused = ({ message_class }: Waiting) => findPause.get(classPause(message_class as never), now);
    const due = all.filter((one) => one.due_at <= now && !isPaused(one));
    const later = all.filter((one) => !due.includes(one));
    const copiesOf = (some: readonly Waiting[]) => some.reduce((sum, { copies }) => sum + copies, 0);
    return {
      due: copiesOf(due),
      later: copiesOf(later),
      dueTimes: due.map(({ due_at }) => due_at),
      laterTimes: later.map(({ due_at }) => due_at).filter((at) => at > now),
    };
  };
}
