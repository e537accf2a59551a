/** The time of day as people say it: `14:05`. */
export function clockText(time: number): string {
  return new Date(time).toTimeString().slice(0, 5);
}

/** Milliseconds as people say them, in one unit. */
export function durationText(time: number): string {
  const minutes = Math.floor(time / 60_000);
  if (minutes < 1) return `${Math.max(Math.floor(time / 1000), 0)} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}
