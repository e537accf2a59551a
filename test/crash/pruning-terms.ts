/** What the process that is killed and whoever judges it both know. */

/** The text of a mail; every second one is too large for a row. */
export function contentOf(partId: string): string {
  return `${partId} `.repeat(/[02468]$/.test(partId) ? 60_000 : 10);
}
