/** How many mails are in hand at once on a route that takes many in a request. */
import type { DeliverySettings } from '../settings/app-settings.ts';

/** As many as Amazon SES takes. */
const copiesInRequest = 50;

/** Where copies leave many in a request, the concurrency is that of requests. */
export function inRequests(delivery: DeliverySettings): DeliverySettings {
  return { ...delivery, concurrency: delivery.concurrency * copiesInRequest };
}
