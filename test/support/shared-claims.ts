import type { Claims } from '../../nodes/lib/kernel/claims.ts';

export interface SharedClaims extends Claims {
  /** Whoever has it has it no longer. */
  lose(name: string): void;
  /** Names that somebody has. */
  held(): readonly string[];
}

/** Claims of several machines that share a database: each name has one holder at a time. */
export function sharedClaims(): SharedClaims {
  const holders = new Map<string, () => void>();
  return {
    take: async (name, onLost) => {
      if (holders.has(name)) return undefined;
      holders.set(name, onLost);
      return {
        release: async () => {
          if (holders.get(name) === onLost) holders.delete(name);
        },
      };
    },
    lose(name) {
      const onLost = holders.get(name);
      holders.delete(name);
      onLost?.();
    },
    held: () => [...holders.keys()],
  };
}
