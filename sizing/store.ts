/** What a machine asks of where its mails are kept. An answer of undefined or false: it could not be done. */
import type { Mail } from './mail.ts';

export interface Store {
  accept(mail: Mail, done: (isDone: boolean) => void): void;
  claim(wanted: number, done: (mails: readonly Mail[] | undefined) => void): void;
  /** Whether an address may be written to. */
  lookUp(done: (isDone: boolean) => void): void;
  settle(count: number, done: (isDone: boolean) => void): void;
}

/** Where all machines meet. */
export interface Shared {
  take(wanted: number): readonly Mail[];
  /** What was taken last has reached the machine. */
  arrived(): void;
  add(mail: Mail): void;
}
