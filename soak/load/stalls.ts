/** Turns of the event loop that took too long are noted, with what the thread did meanwhile. */
import { openSync, readSync } from 'node:fs';
import { constants, type PerformanceEntry, PerformanceObserver, performance } from 'node:perf_hooks';
import type { Stall } from './sample.ts';

/** ms */
export const longestTurn = 50;
const tick = 10;

interface Pause {
  readonly start: number;
  readonly end: number;
}

/** As Node tells of it, beside what every entry has. */
interface Collection {
  readonly detail: { readonly kind: number };
}

/** Only collections that stop the thread. */
const kinds = [constants.NODE_PERFORMANCE_GC_MINOR, constants.NODE_PERFORMANCE_GC_MAJOR];

export function watchStalls() {
  const scheduler = schedulerReader();
  const read = () => ({
    now: performance.now(),
    idle: performance.nodeTiming.idleTime,
    ...scheduler(),
  });
  let pauses: Pause[] = [];
  let stalls: (Stall & Pause)[] = [];
  let before = read();
  observeCollections((pause) => pauses.push(pause));
  const look = (): void => {
    const present = read();
    const ms = present.now - before.now - tick;
    if (ms > longestTurn) {
      const [ran, waited] = [present.ran - before.ran, present.waited - before.waited];
      const idle = present.idle - before.idle;
      const at = Math.round(performance.timeOrigin + before.now);
      stalls.push({ at, ms, ran, waited, idle, gc: 0, start: before.now, end: present.now });
    }
    before = present;
  };
  setInterval(look, tick).unref();
  return {
    /** Those since the last time; what comes before `goOn` counts as nothing. */
    take(): Stall[] {
      look();
      const found = stalls.map(({ start, end, ...stall }) => ({
        ...stall,
        gc: within(pauses, { start, end }),
      }));
      stalls = [];
      pauses = [];
      return found;
    },
    goOn(): void {
      before = read();
    },
  };
}

/** Told some turns after each. */
function observeCollections(onPause: (pause: Pause) => void): void {
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { startTime: start, duration, detail } = entry as PerformanceEntry & Collection;
      if (kinds.includes(detail.kind)) onPause({ start, end: start + duration });
    }
  });
  observer.observe({ type: 'gc' });
}

function within(pauses: readonly Pause[], { start, end }: Pause): number {
  return pauses.reduce(
    (sum, one) => sum + Math.max(Math.min(one.end, end) - Math.max(one.start, start), 0),
    0,
  );
}

/** ms that this process's first thread ran, and that it waited for a processor; zero where Linux does not say. */
function schedulerReader(): () => { ran: number; waited: number } {
  const bytes = Buffer.alloc(64);
  try {
    const file = openSync('/proc/self/schedstat', 'r');
    return () => {
      const length = readSync(file, bytes, 0, bytes.length, 0);
      const [ran, waited] = bytes.toString('latin1', 0, length).split(' ').map(Number);
      return { ran: Number(ran) / 1e6, waited: Number(waited) / 1e6 };
    };
  } catch {
    return () => ({ ran: 0, waited: 0 });
  }
}
