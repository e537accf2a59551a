/** An envelope of many recipients is handed over in several requests with the same mail; the sum of them comes out. */
import { asEmailError, type EmailError } from '../kernel/errors.ts';
import type { Refusal } from './transport.ts';

/** SES takes so many recipients in a request. */
export const mostInLot = 50;

export interface InLots {
  /** The provider's id of the first request that was taken. */
  readonly id: string;
  readonly accepted: readonly string[];
  readonly refused: readonly Refusal[];
}

/**
 * One request after the other. What fails after something was taken is in `refused`, so that those who have the mail
 * do not get it again. Throws when nobody has it: `no-answer` if that is not certain.
 */
export async function sendInLots(
  to: readonly string[],
  send: (to: readonly string[]) => Promise<string>,
): Promise<InLots> {
  let id: string | undefined;
  const accepted: string[] = [];
  const failed: { lot: readonly string[]; failure: EmailError }[] = [];
  for (const lot of lotsOf(to)) {
    // a route that said "not now" is not asked again for the rest of them
    const hurdle = failed.find(({ failure }) => failure.retryable)?.failure;
    const outcome = hurdle ?? (await send(lot).catch(asEmailError));
    if (typeof outcome !== 'string') failed.push({ lot, failure: outcome });
    else {
      id ??= outcome;
      accepted.push(...lot);
    }
  }
  if (id === undefined) throw gravest(failed.map(({ failure }) => failure));
  const refused = failed.flatMap(({ lot, failure }) => lot.map((address) => ({ address, failure })));
  return { id, accepted, refused };
}

function lotsOf(to: readonly string[]): (readonly string[])[] {
  const count = Math.ceil(to.length / mostInLot);
  return Array.from({ length: count }, (_, lot) => to.slice(lot * mostInLot, (lot + 1) * mostInLot));
}

function gravest(failures: readonly EmailError[]): EmailError | undefined {
  return failures.find(({ code }) => code === 'no-answer') ?? failures[0];
}
