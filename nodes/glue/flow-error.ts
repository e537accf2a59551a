import { httpFailure } from '../lib/api/http-failure.ts';
import { asEmailError, type EmailError } from '../lib/kernel/errors.ts';

/**
 * The error as flows see it. Node-RED's Catch node passes on `message`, `code` and `cause` only, so the field rides in
 * `msg.error.cause`, beside what an HTTP answer needs; the original cause stays behind, for it may hold what a flow must not see.
 */
export function flowError(thrown: unknown): Error & { code: string } {
  const error: EmailError = asEmailError(thrown);
  const { code, field, retryable } = error;
  const shown = new Error(error.message, { cause: { code, field, retryable, ...httpFailure(error) } });
  shown.name = 'EmailError';
  shown.stack = undefined;
  // the Catch node takes the text of the error, which would begin with its name
  Object.defineProperty(shown, 'toString', { value: () => error.message });
  return Object.assign(shown, { code });
}
