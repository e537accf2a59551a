/** Changes of a state go in; listeners hear of them, not more often than people can read. */
import type { Clock } from './clock.ts';

export interface StateBoard<State> {
  /** The state may have changed. */
  changed(): void;
  /** Tells the listener the present state at once and every change from now on; the returned function ends it. */
  subscribe(listener: (state: State) => void): () => void;
  close(): void;
}

/** At most one message per `interval` milliseconds; the last change is always told. */
export function stateBoard<State>(clock: Clock, interval: number, read: () => State): StateBoard<State> {
  const listeners = new Set<(state: State) => void>();
  let cancel: (() => void) | undefined;
  const publish = (): void => {
    cancel = undefined;
    const state = read();
    for (const listener of listeners) listener(state);
  };
  return {
    changed() {
      if (listeners.size > 0) cancel ??= clock.after(interval, publish);
    },
    subscribe(listener) {
      listeners.add(listener);
      listener(read());
      return () => listeners.delete(listener);
    },
    close() {
      cancel?.();
      listeners.clear();
    },
  };
}
