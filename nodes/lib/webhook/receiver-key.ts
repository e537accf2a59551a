/** Where a webhook goes comes in; what its receiver is known by goes out: all paths of one server are one receiver. Pure. */
import type { WebhookTarget } from './webhook-queue.ts';

/** Empty for the endpoint's own URL. */
export function receiverKey(target: WebhookTarget | undefined): string {
  return target === undefined ? '' : (URL.parse(target.url)?.origin ?? target.url);
}
