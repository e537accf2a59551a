/** What an app's store needs beside its use: a look at its disk and at the clock, and an end for what is old. */
import type { AppParts } from './app-parts.ts';
import { pruneRegularly } from './prune-regularly.ts';
import { watchClock } from './watch-clock.ts';
import { watchStore } from './watch-store.ts';

/** `onChange` is called when trouble with the store begins or ends; the returned function ends it all. */
export function tendStore(parts: AppParts, onChange: () => void): () => void {
  const stopWatching = watchStore({ ...parts, onChange });
  const clockWatch = watchClock(parts);
  const stopPruning = pruneRegularly({ ...parts, isClockSteady: clockWatch.isSteady });
  return () => {
    stopPruning();
    clockWatch.stop();
    stopWatching();
  };
}
