/** Machines that share a vault come in; one at a time goes to the provider: where each use of a token kills it, two would lose the sign-in. */
import type { Claim, Claims } from '../kernel/claims.ts';
import type { Clock } from '../kernel/clock.ts';
import { EmailError } from '../kernel/errors.ts';

export interface TurnRooms {
  readonly claims: Claims;
  readonly clock: Clock;
}

/** ms between two looks whether another machine has done, and how often. */
const askedEvery = 500;
const mostAsked = 60;

/** Throws EmailError `oauth-failed`, retryable, when another takes half a minute. */
export async function inRenewalTurn(
  name: string,
  { claims, clock }: TurnRooms,
  work: () => Promise<void>,
): Promise<void> {
  for (let asked = 0; asked < mostAsked; asked += 1) {
    const turn = await claims.take(`tokens:${name}`, () => {});
    if (turn) return endWith(turn, work);
    await new Promise<void>((resolve) => clock.after(askedEvery, resolve));
  }
  const why = 'another machine is still asking for it';
  throw new EmailError('oauth-failed', { detail: { value: 'the provider', why }, retryable: true });
}

async function endWith(turn: Claim, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    await turn.release();
  }
}
