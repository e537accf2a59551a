import { EmailError } from '../kernel/errors.ts';
import type { OAuthLogin } from '../settings/app-settings.ts';

/** Mail waits for a person. `why` completes “Somebody has to sign in at …: ”. */
export function signInNeeded({ oauth }: OAuthLogin, why: string): EmailError {
  const { hostname: value } = new URL(oauth.tokenUrl);
  return new EmailError('sign-in-needed', { detail: { value, why }, retryable: true });
}
