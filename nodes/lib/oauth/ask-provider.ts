/** A sign-in and what it has given so far come in; fresh tokens of the provider go out. */
import type { OAuthLogin } from '../settings/app-settings.ts';
import { signInNeeded } from '../transport/sign-in-needed.ts';
import type { TokenProvider, TokenSet } from './token-set.ts';

/** Throws EmailError `sign-in-needed` where only a person helps, and what the provider says. */
export async function askProvider(
  login: OAuthLogin,
  tokens: TokenSet | undefined,
  provider: TokenProvider,
): Promise<TokenSet> {
  if (login.oauth.grant !== 'authorization-code') return provider.clientCredentials();
  if (!tokens) throw signInNeeded(login, 'nobody has signed in yet');
  const { refreshToken } = tokens;
  if (!refreshToken) throw signInNeeded(login, 'its token ended, and it gave none to renew it with');
  return provider.renew(refreshToken);
}
