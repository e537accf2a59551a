/** The port `DeliveryRecords` on SQLite. */
import type { DeliveryRecords } from '../outbound/delivery-records.ts';
import type { Store } from './open-store.ts';

export function sqliteDeliveryRecords({ client }: Pick<Store, 'client'>): DeliveryRecords {
  return {
    find: (names) => client.call('delivery.find', names),
    note: (deliveries, sent) => client.call('delivery.note', { deliveries, sent }),
  };
}
