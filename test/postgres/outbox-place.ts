import type { EmailError } from '../../nodes/lib/kernel/errors.ts';
import { rowSeal } from '../../nodes/lib/keys/row-seal.ts';
import type { Outbox } from '../../nodes/lib/outbound/outbox.ts';
import type { Place } from '../../nodes/lib/postgres/database.ts';
import { recoverDead, type UnknownPolicy } from '../../nodes/lib/postgres/outbox-recover.ts';
import type { OutboxRoom } from '../../nodes/lib/postgres/outbox-room.ts';
import { postgresNotes } from '../../nodes/lib/postgres/postgres-notes.ts';
import { postgresOutbox } from '../../nodes/lib/postgres/postgres-outbox.ts';
import { addressHasher } from '../../nodes/lib/suppression/address-hasher.ts';
import { fixedKeys } from '../support/fixed-keys.ts';
import { type FreshPlace, freshPlace, joinPlace } from '../support/postgres.ts';

/** The rooms of machines of one app, on one database. */
export interface OutboxMachines {
  readonly place: FreshPlace;
  readonly troubles: EmailError[];
  join(options?: Partial<OutboxRoom>): Promise<OutboxRoom>;
  bury(room: Place, by: OutboxRoom, now: number, unknown?: UnknownPolicy): Promise<void>;
  end(): Promise<void>;
}

export async function outboxMachines(): Promise<OutboxMachines> {
  const place = await freshPlace();
  const troubles: EmailError[] = [];
  const keys = fixedKeys();
  const hasher = addressHasher(keys.current('address-hash').secret);
  return {
    place,
    troubles,
    join: async (options = {}) => ({
      ...(await joinPlace(place.database)),
      seal: rowSeal(keys, 'app outbox'),
      eventSeal: rowSeal(keys, 'app event'),
      personOf: (address) => hasher.hash(address).person,
      mailboxOf(address) {
        const { person, spelling = person } = hasher.hash(address);
        return spelling;
      },
      maxWaiting: 1_000_000,
      onTrouble: (trouble) => troubles.push(trouble),
      ...options,
    }),
    async bury({ instance }, by, now, unknown = 'hold') {
      await place.database.query('DELETE FROM email_app.instance WHERE id = $1', [instance]);
      await recoverDead(by, instance, now, unknown);
    },
    end: place.end,
  };
}

export function openOutbox(room: OutboxRoom): Outbox {
  return postgresOutbox(room, postgresNotes(room), async () => {});
}
