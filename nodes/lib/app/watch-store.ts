/** A store that fails comes in; it is tried again until it takes what it is given, and people hear of both. */
import type { Clock } from '../kernel/clock.ts';
import type { EmailError } from '../kernel/errors.ts';
import type { StoreTrouble } from '../store/store-health.ts';

export interface StoreWatchRooms {
  readonly health: StoreTrouble;
  readonly clock: Clock;
  readonly onTrouble: (error: EmailError) => void;
  readonly onChange: () => void;
}

const every = 10_000;

/** The returned function ends it. */
export function watchStore({ health, clock, onTrouble, onChange }: StoreWatchRooms): () => void {
  let callOff: (() => void) | undefined;
  let told: string | undefined;
  const lookLater = (): void => {
    callOff = clock.after(every, () => {
      void health.probe().then(() => {
        if (callOff && health.trouble) lookLater();
        else callOff = undefined;
      });
    });
  };
  health.onChange(() => {
    const { trouble } = health;
    onChange();
    // another failure is told by whoever met it; these may be only an answer to those who bring something, or to nobody
    if (trouble && trouble.code !== 'store-unavailable' && told !== trouble.code) onTrouble(trouble);
    told = trouble?.code;
    if (trouble && !callOff) lookLater();
  });
  return () => {
    callOff?.();
    callOff = undefined;
    health.onChange(() => {});
  };
}
