/** The port `NoticeBox` on SQLite. */
import type { NoticeBox } from '../inbound/ses/notice-box.ts';
import type { Store } from './open-store.ts';

export function sqliteNoticeBox({ client }: Pick<Store, 'client'>): NoticeBox {
  return {
    accept: (notices) => client.call('notice.accept', notices),
    due: (kind, limit, now) => client.call('notice.due', { kind, limit, now }),
    settle: (outcomes) => client.call('notice.settle', outcomes),
    counts: () => client.call('notice.counts', undefined),
    prune: (doneBefore, setAsideBefore) => client.call('notice.prune', { doneBefore, setAsideBefore }),
  };
}
