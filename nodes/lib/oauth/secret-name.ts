/** Under which name the vault keeps a sign-in: tokens of another client, mailbox or provider are another's. */
import { createHash } from 'node:crypto';
import type { OAuthLogin } from '../settings/app-settings.ts';

/** The same for the same sign-in, whatever else of the settings changes. */
export function secretNameOf({ user, oauth }: OAuthLogin): string {
  const { grant, tokenUrl, clientId, signInAs = '' } = oauth;
  const signIn = JSON.stringify([grant, tokenUrl, clientId, user, signInAs]);
  return `oauth-tokens.${createHash('sha256').update(signIn).digest('hex').slice(0, 16)}`;
}
