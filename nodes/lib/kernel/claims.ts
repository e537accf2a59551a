/** What only one of several machines may do at a time. */
export interface Claims {
  /**
   * Undefined while another has it. The returned claim holds until it is given back, its holder ends, or it is lost
   * (the database was out of reach for too long); then `onLost` was called before another can have it.
   */
  take(name: string, onLost: () => void): Promise<Claim | undefined>;
}

export interface Claim {
  release(): Promise<void>;
}

/** Where there is one machine, everything is its own. */
export const ownClaims: Claims = {
  take: async () => ({ release: async () => {} }),
};
