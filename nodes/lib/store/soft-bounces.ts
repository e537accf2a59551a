/** The port `SoftBounceTally` on SQLite: addresses become hashes here, as those of the suppression list do. */
import type { SoftBounceTally } from '../event/automatic-suppression.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { addressHasher } from '../suppression/address-hasher.ts';
import type { Store } from './open-store.ts';
import { postedHash } from './suppression-rows.ts';

export function sqliteSoftBounces({ client }: Store, keys: KeyRing): SoftBounceTally {
  const hasher = addressHasher(keys.current('address-hash').secret);
  const hashOf = (address: string) => postedHash(hasher.hash(address));
  return {
    add: ({ address, ...bounce }) => client.call('softBounce.add', { ...bounce, hash: hashOf(address) }),
    forget: (address) => client.call('softBounce.forget', hashOf(address)),
    prune: (before) => client.call('softBounce.prune', before),
  };
}
