/** Small facts of the app by name, which outlive a restart. All throw what the store throws. */
export interface Notes {
  readNote(name: string): Promise<string | undefined>;
  /** `undefined` takes it away. */
  writeNote(name: string, value: string | undefined): Promise<void>;
}
