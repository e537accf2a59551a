/** A mailing whose copies lie in a file is accepted: from then on its copies are drawn. */
import type { Acceptance } from '../outbound/outbox.ts';
import { type AcceptedRequest, requestAcceptance } from './outbox-accept.ts';
import { priorityRanks } from './outbox-rows.ts';
import { prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

export interface PostedMailing extends AcceptedRequest {
  readonly copies: number;
  /** Name of the file in the spool. */
  readonly spool: string;
}

export function mailingOperations(context: StoreContext) {
  return { 'mailing.accept': acceptOperation(context) };
}

function acceptOperation(context: StoreContext) {
  const acceptRequest = requestAcceptance(context);
  const insert = prepareStatement(
    context.database,
    'INSERT INTO mailing (request, priority, due_at, copies, spool) VALUES (?, ?, ?, ?, ?)',
  );
  return (mailing: PostedMailing): Acceptance => {
    const { key, first } = acceptRequest(mailing, mailing.copies);
    if (first) return { kind: 'repeated', requestId: first, parts: [] };
    const { priority, dueAt, copies, spool } = mailing;
    insert.run(key, priorityRanks[priority], dueAt, copies, spool);
    return { kind: 'accepted' };
  };
}
