/** A store that was just opened, and an app's keys; from then on its rows can be written and read. */
import type { KeyPurpose } from '../keys/key-ring.ts';
import type { RotatingKeyRing } from '../keys/open-key-ring.ts';
import type { Store } from './open-store.ts';

/** Comes before any call but those for notes. Throws what the store throws. */
export async function unlockRows(
  store: Pick<Store, 'client'>,
  keys: RowKeyRing,
  appId: string,
): Promise<void> {
  const { client } = store;
  await Promise.all([handKeys(store, keys, appId), client.call('row.recover', undefined)]);
}

export type RowKeyRing = Pick<RotatingKeyRing, 'all' | 'current'>;

/** The ring, which hands a fresh key for rows to the store. */
export function rotatingWith(
  { client }: Pick<Store, 'client'>,
  keys: RotatingKeyRing,
  appId: string,
): RotatingKeyRing {
  return {
    ...keys,
    async rotate(purpose: Exclude<KeyPurpose, 'address-hash'>, now) {
      await keys.rotate(purpose, now);
      if (purpose === 'rows') await handKeys({ client }, keys, appId);
    },
  };
}

function handKeys({ client }: Pick<Store, 'client'>, keys: RowKeyRing, place: string): Promise<void> {
  return client.call('row.unlock', {
    keys: keys.all('rows'),
    addressSecret: keys.current('address-hash').secret,
    place,
  });
}
