/** The port `MessageLog` on PostgreSQL. */
import { EmailError } from '../kernel/errors.ts';
import type { MessageLog } from '../message-log/message-log.ts';
import type { SearchPlace } from './message-candidates.ts';
import { forgetContents } from './message-forgetting.ts';
import { openMessage, readTimeline } from './message-reading.ts';
import { searchMessages } from './message-search.ts';
import type { OutboxRoom } from './outbox-room.ts';

export function postgresMessageLog(room: OutboxRoom): MessageLog {
  return {
    async search({ after, ...query }) {
      const place = after === undefined ? undefined : readPlace(after);
      const { next, ...page } = await searchMessages(room, { ...query, after: place });
      return { ...page, ...(next && { next: writePlace(next) }) };
    },
    timeline: (partId) => readTimeline(room, partId),
    open: (partId) => openMessage(room, partId),
    forgetContents: (before, requestIds) => forgetContents(room, before, requestIds),
  };
}

function writePlace({ at, request, position }: SearchPlace): string {
  return [at, request, position].join('.');
}

/** Throws EmailError `bad-query`. */
function readPlace(text: string): SearchPlace {
  const numbers = /^\d{1,15}\.\d{1,15}\.\d{1,9}$/.test(text) ? text.split('.').map(Number) : [];
  const [at, request, position] = numbers;
  if (at === undefined || request === undefined || position === undefined)
    throw new EmailError('bad-query', {
      field: 'after',
      detail: { why: 'it is not what a page before gave' },
    });
  return { at, request, position };
}
