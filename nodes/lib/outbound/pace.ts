/** One rate and one daily quota for all machines that send for an app. */
export interface Pace {
  /**
   * How many mails may leave now, at most as many as wanted; those that are not used are to be given back. `perSecond` is the
   * rate of the whole app: a quarter of a second's worth may leave at once, at least one mail.
   */
  take(wanted: number, perSecond: number): Promise<number>;
  /** Fewer left than were taken, or (below zero) more, where recipients count and not mails. */
  giveBack(count: number): Promise<void>;
  /** The provider said how many may leave until it is asked again; Infinity where there is no quota. */
  setLeft(left: number): Promise<void>;
}
