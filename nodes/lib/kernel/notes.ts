/** Small facts of the app by name, which outlive a restart. All throw what the store throws. */
export interface Notes {
  /** Other machines write them, too: what was read may be old a moment later. */
  readonly areShared?: boolean;
  readNote(name: string): Promise<string | undefined>;
  /** `undefined` takes it away. */
  writeNote(name: string, value: string | undefined): Promise<void>;
}
