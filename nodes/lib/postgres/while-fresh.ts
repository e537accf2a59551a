/** Calls that take something in the name of this instance; they are refused while others may take it for dead. */
import { EmailError } from '../kernel/errors.ts';

/** Throws EmailError `store-unavailable`, retryable. */
export function whileFresh<Given extends unknown[], Result>(
  isFresh: () => boolean,
  name: string,
  call: (...given: Given) => Promise<Result>,
): (...given: Given) => Promise<Result> {
  return async (...given) => {
    if (!isFresh()) throw unheard(name);
    return call(...given);
  };
}

function unheard(name: string): EmailError {
  const why = 'it was out of reach for so long that other machines may take over';
  return new EmailError('store-unavailable', { detail: { value: name, why }, retryable: true });
}
