/** The key of a request that shall not be done twice. */
export interface Idempotency {
  /** One line. */
  readonly key: string;
  /** Whose key it is, where several callers share the app: those of two never meet. */
  readonly caller?: string;
  /** SHA-256 of the request's content */
  readonly fingerprint: string;
}

/** Neither a name nor a key has a line break, so no caller can write the key of another. */
export function scopedKey({ caller, key }: Idempotency): string {
  return caller === undefined ? key : `${caller}\n${key}`;
}
