import { createHash } from 'node:crypto';
import type { AppKey, KeyPurpose, KeyRing } from '../../nodes/lib/keys/key-ring.ts';

/** Keys made of their ids: the first is the current one, the others are retired. */
export function fixedKeys(...ids: string[]): KeyRing {
  const keyOf = (purpose: KeyPurpose, id: string): AppKey => ({
    id,
    secret: createHash('sha256').update(`${purpose} ${id}`).digest(),
  });
  return {
    current: (purpose) => keyOf(purpose, ids[0] ?? 'key1'),
    find: (purpose, id) => ((ids.length ? ids : ['key1']).includes(id) ? keyOf(purpose, id) : undefined),
  };
}
