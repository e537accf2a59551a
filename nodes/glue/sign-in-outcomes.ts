import type { Clock } from '../lib/kernel/clock.ts';

export interface SignInOutcome {
  readonly state: 'waiting' | 'done' | 'failed';
  readonly text?: string;
}

/** What became of sign-ins, by the tickets that the dialogs hold; forgotten after a quarter of an hour. */
export interface SignInOutcomes {
  begin(ticket: string): void;
  done(ticket: string): void;
  failed(ticket: string, text: string): void;
  of(ticket: string): SignInOutcome;
}

const keptFor = 15 * 60_000;
const unknown: SignInOutcome = { state: 'failed' };

export function signInOutcomes(clock: Clock): SignInOutcomes {
  const outcomes = new Map<string, { outcome: SignInOutcome; at: number }>();
  const note = (ticket: string, outcome: SignInOutcome): void => {
    const at = clock.now();
    for (const [old, { at: then }] of outcomes) if (at - then > keptFor) outcomes.delete(old);
    outcomes.set(ticket, { outcome, at });
  };
  return {
    begin: (ticket) => note(ticket, { state: 'waiting' }),
    done: (ticket) => note(ticket, { state: 'done' }),
    failed: (ticket, text) => note(ticket, { state: 'failed', text }),
    of: (ticket) => outcomes.get(ticket)?.outcome ?? unknown,
  };
}
