/** The wall clock comes in, measured by the time that really passes; what is kept is told when it was set back. */
import type { Clock } from '../kernel/clock.ts';
import { asEmailError, type EmailError } from '../kernel/errors.ts';

export interface ClockWatchRooms {
  readonly clock: Clock;
  /** Of the store: what was put off by the old time is due by the new one. */
  readonly setBack: (now: number, isSeen: boolean) => Promise<unknown>;
  readonly onTrouble: (error: EmailError) => void;
}

export interface ClockWatch {
  /** False for a day after the clock was set forward: nothing is to be deleted by a time that may be wrong. */
  isSteady(): boolean;
  stop(): void;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** A machine that slept looks the same as a clock that was set forward. */
export function watchClock({ clock, setBack, onTrouble }: ClockWatchRooms): ClockWatch {
  let last = clock.now();
  let ahead = 0;
  let waited = 0;
  let callOff = (): void => {};
  const tell = (thrown: unknown): void => {
    const error = asEmailError(thrown);
    if (error.code !== 'app-closed') onTrouble(error);
  };
  const look = (): void => {
    const now = clock.now();
    const jump = now - last - minute;
    if (now < last) setBack(now, true).catch(tell);
    last = now;
    if (jump > hour || jump < -hour) [ahead, waited] = [Math.max(ahead + jump, 0), 0];
    else waited += minute;
    if (ahead < hour || waited >= day) ahead = 0;
    callOff = clock.after(minute, look);
  };
  setBack(last, false).catch(tell);
  callOff = clock.after(minute, look);
  return { isSteady: () => ahead === 0, stop: () => callOff() };
}
