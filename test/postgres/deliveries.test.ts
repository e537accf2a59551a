import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import { findRecords } from '../../nodes/lib/postgres/outbox-reports.ts';
import type { OutboxRoom } from '../../nodes/lib/postgres/outbox-room.ts';
import { postgresDeliveryRecords } from '../../nodes/lib/postgres/postgres-delivery-records.ts';
import { openEventLog } from '../../nodes/lib/postgres/postgres-event-log.ts';
import { describeDeliveryRecords } from '../lib/store/delivery-contract.ts';
import { fixedKeys } from '../support/fixed-keys.ts';
import { openOutbox, outboxMachines } from './outbox-place.ts';

describeDeliveryRecords('postgresDeliveryRecords', async () => {
  const machines = await outboxMachines();
  const closing: (() => void)[] = [];
  let before: OutboxRoom | undefined;
  return {
    async open(unknown = 'hold') {
      const room = await machines.join();
      if (before) await machines.bury(before, room, 0, unknown);
      before = room;
      const owner = { appId: room.appId, name: 'App', provider: 'smtp' } as const;
      const events = await openEventLog(room, {
        ...{ keys: fixedKeys(), owner, clock: systemClock },
        find: (places) => findRecords(room, places),
      });
      closing.push(() => events.close());
      return { outbox: openOutbox(room), deliveries: postgresDeliveryRecords(room), events };
    },
    async dispose() {
      for (const close of closing) close();
      await machines.end();
    },
  };
});
