import type { OutboxRoom } from '../../nodes/lib/postgres/outbox-room.ts';
import { describeOutbox } from '../lib/store/outbox-contract.ts';
import { openOutbox, outboxMachines } from './outbox-place.ts';

describeOutbox('postgresOutbox', async () => {
  const machines = await outboxMachines();
  let before: OutboxRoom | undefined;
  return {
    async open({ now, unknown, maxWaiting }) {
      const room = await machines.join({ maxWaiting });
      if (before) await machines.bury(before, room, now, unknown);
      before = room;
      return openOutbox(room);
    },
    dispose: machines.end,
  };
});
