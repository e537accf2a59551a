/** The port `MessageLog` on SQLite. */
import { deserialize } from 'node:v8';
import { EmailError } from '../kernel/errors.ts';
import type { MessageLog } from '../message-log/message-log.ts';
import type { ForgettingPlace } from './message-forgetting.ts';
import type { SearchPlace } from './message-search.ts';
import type { Store } from './open-store.ts';
import { listPersons } from './person-listing.ts';

export function sqliteMessageLog({ client }: Pick<Store, 'client'>): MessageLog {
  return {
    async search({ after, ...query }) {
      const place = after === undefined ? undefined : readPlace(after);
      if (query.recipient !== undefined) await listPersons(client);
      const { next, ...page } = await client.call('message.search', { ...query, after: place });
      return { ...page, ...(next && { next: writePlace(next) }) };
    },
    timeline: (partId) => client.call('message.timeline', partId),
    async open(partId) {
      const found = await client.call('message.open', partId);
      if (!found) return undefined;
      const { record, recipients, values, content } = found;
      return { record, recipients, values: JSON.parse(values), content: deserialize(content) };
    },
    async forgetContents(before, requestIds) {
      let after: ForgettingPlace | undefined;
      do after = await client.call('message.forget', { before, requestIds, after });
      while (after !== undefined);
    },
  };
}

function writePlace({ at, request, position, key }: SearchPlace): string {
  return [at, request, position, key].join('-');
}

/** Throws EmailError `bad-query`. */
function readPlace(text: string): SearchPlace {
  const numbers = /^\d{1,15}(-\d{1,15}){3}$/.test(text) ? text.split('-').map(Number) : [];
  const [at, request, position, key] = numbers;
  if (at === undefined || request === undefined || position === undefined || key === undefined)
    throw new EmailError('bad-query', {
      field: 'after',
      detail: { why: 'it is not what a page before gave' },
    });
  return { at, request, position, key };
}
