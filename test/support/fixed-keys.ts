import { createHash } from 'node:crypto';
import type { AppKey, KeyPurpose, KeyRing } from '../../nodes/lib/keys/key-ring.ts';
import type { RotatingKeyRing } from '../../nodes/lib/keys/open-key-ring.ts';

/** Keys made of their ids: the first is the current one, the others are retired. */
export function fixedKeys(...ids: string[]): KeyRing & Pick<RotatingKeyRing, 'all'> {
  const all = ids.length ? ids : ['key1'];
  const keyOf = (purpose: KeyPurpose, id: string): AppKey => ({
    id,
    secret: createHash('sha256').update(`${purpose} ${id}`).digest(),
  });
  return {
    current: (purpose) => keyOf(purpose, all[0] ?? ''),
    all: (purpose) => all.map((id) => keyOf(purpose, id)),
    find: (purpose, id) => (all.includes(id) ? keyOf(purpose, id) : undefined),
  };
}
