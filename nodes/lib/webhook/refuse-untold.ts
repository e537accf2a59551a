/** Where a request wants to be told comes in; it is refused if nobody here would tell it. Pure. */
import { EmailError } from '../kernel/errors.ts';
import type { Notify } from '../mail/notify.ts';
import { readReceiver } from './post/receiver.ts';

/**
 * `allowedHosts`: those that may be private or be told without TLS; undefined if nobody here tells.
 * Throws EmailError `no-notifier`, `not-supported`.
 */
export function refuseUntold({ url }: Notify, allowedHosts: readonly string[] | undefined): void {
  const field = 'notifyUrl';
  if (!allowedHosts) throw new EmailError('no-notifier', { field });
  const receiver = readReceiver(url, allowedHosts);
  if ('why' in receiver) throw new EmailError('not-supported', { field, detail: { why: receiver.why } });
}
