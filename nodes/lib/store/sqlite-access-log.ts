/** The port `AccessLog` on SQLite. */
import type { AccessLog } from '../message-log/access-log.ts';
import type { Store } from './open-store.ts';

export function sqliteAccessLog({ client }: Pick<Store, 'client'>): AccessLog {
  return {
    note: (access) => client.call('access.note', access),
    list: (limit) => client.call('access.list', limit),
    prune: (before) => client.call('access.prune', before),
  };
}
