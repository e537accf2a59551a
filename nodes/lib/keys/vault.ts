/** Secrets that change while the app runs, such as renewed OAuth tokens: encrypted in the app's store, by name. */
export interface Vault {
  /** Undefined if there is none, or none that this app's keys open. Throws what the store throws. */
  read(name: string): Promise<string | undefined>;
  /** On disk when it resolves; `undefined` takes it away. */
  write(name: string, secret: string | undefined): Promise<void>;
}
