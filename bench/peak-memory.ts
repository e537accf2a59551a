/** How much more memory a process held at its highest than when it was asked to watch. */
import { readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const megabyte = 1024 * 1024;

/**
 * The function gives MB. Garbage that lies about would make room for what is measured: it is collected first, unless
 * `collects` says otherwise.
 */
export function watchPeak(collects = true): () => number {
  if (collects) collectGarbage();
  forgetPeak();
  const before = process.memoryUsage.rss();
  return () => (peak() - before) / megabyte;
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let turn = 0; turn < 3; turn++) collect();
}

/** proc(5): 5 resets the peak to what is held now. Elsewhere it stays that of the whole life, which is never less. */
function forgetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // not Linux
  }
}

function peak(): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}
