/** The HTTP client undici, which is optional, for every room that speaks HTTP to others. */

export type Undici = typeof import('undici');

/** Undefined when it is not installed. */
export function loadUndici(): Promise<Undici | undefined> {
  return import('undici').catch(() => undefined);
}
