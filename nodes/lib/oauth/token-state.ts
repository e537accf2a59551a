/** What people may see of a sign-in. */
import type { EmailError } from '../kernel/errors.ts';
import type { OAuthLogin } from '../settings/app-settings.ts';
import type { TokenSet } from './token-set.ts';

export interface TokenState {
  /** False when there is no sign-in to send with, or it was lost. */
  readonly signedIn: boolean;
  /** True when renewing needs somebody: to sign in, or to mend the OAuth settings. */
  readonly needsPerson: boolean;
  /** Who signed in, as the provider says, or else as the settings say. */
  readonly account?: string;
  /** The first and last four characters. */
  readonly accessToken?: string;
  readonly refreshToken?: string;
  /** ms since the epoch */
  readonly validUntil?: number;
  readonly nextRenewalAt?: number;
  /** The sentence of what went wrong last, until it goes well again. */
  readonly trouble?: string;
}

export interface TokenFacts {
  readonly login: OAuthLogin;
  readonly tokens?: TokenSet;
  readonly failure?: EmailError;
  readonly nextRenewalAt?: number;
}

export function tokenState({ login, tokens, failure, nextRenewalAt }: TokenFacts): TokenState {
  const shared = { needsPerson: needsPerson(failure), nextRenewalAt, trouble: failure?.message };
  if (!tokens) return { ...shared, signedIn: false };
  return {
    ...shared,
    signedIn: failure?.code !== 'sign-in-needed',
    account: tokens.account ?? login.oauth.signInAs ?? login.user,
    accessToken: masked(tokens.accessToken),
    refreshToken: tokens.refreshToken && masked(tokens.refreshToken),
    validUntil: tokens.validUntil,
  };
}

export function needsPerson(failure: EmailError | undefined): boolean {
  return failure?.code === 'sign-in-needed' || failure?.code === 'oauth-refused';
}

/** Of a short one even eight characters would be too many. */
function masked(token: string): string {
  return token.length < 24 ? '…' : `${token.slice(0, 4)}…${token.slice(-4)}`;
}
