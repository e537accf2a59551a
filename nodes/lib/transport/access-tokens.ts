/** OAuth access tokens for the routes that sign in with them. */
export interface AccessTokens {
  /**
   * A token that holds for a minute at least. Throws EmailError, retryable, so that mail waits: `sign-in-needed` (a
   * person has to sign in), `oauth-failed` (the provider cannot be reached or is in trouble).
   */
  current(): Promise<string>;
  /** The server did not take this token: the next call of `current` asks the provider for a fresh one. */
  refused(token: string): void;
}
