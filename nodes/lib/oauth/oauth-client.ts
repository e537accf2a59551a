/** A provider's OAuth settings in; the address to sign in at and tokens out, and EmailErrors that hold no secret. */
import type { AccessToken, ModuleOptions, WreckHttpOptions } from 'simple-oauth2';
import type { Clock } from '../kernel/clock.ts';
import { EmailError } from '../kernel/errors.ts';
import type { OAuthSettings } from '../settings/app-settings.ts';
import { isTooFar, minutesOff, oauthFailure } from './oauth-failure.ts';
import { providerAgent } from './provider-agent.ts';
import { readTokens, type TokenProvider, type TokenSet } from './token-set.ts';

export interface SignInRequest {
  readonly redirectUri: string;
  readonly state: string;
  /** PKCE: base64url of the SHA-256 of the verifier (RFC 7636, method S256). */
  readonly challenge: string;
  /** The mailbox; who signs in unless the settings name another. */
  readonly user: string;
  /** True if there is a refresh token that works; Google gives another one only with a fresh consent. */
  readonly isSignedIn?: boolean;
}

export interface SignInCode {
  readonly code: string;
  readonly verifier: string;
  readonly redirectUri: string;
}

/** Throws EmailError `oauth-failed`, `oauth-refused`, `sign-in-needed`; at a sign-in `sign-in-failed`, `clock-wrong`. */
export interface OAuthClient extends TokenProvider {
  authorizationUrl(request: SignInRequest): string;
  exchange(code: SignInCode): Promise<TokenSet>;
}

/** ms, once for the answer to begin and once for it to end */
const usualPatience = 30_000;
const longestAnswer = 65_536;

type Library = typeof import('simple-oauth2');
type Asked = (library: Library, http: WreckHttpOptions) => Promise<Pick<AccessToken, 'token'>>;

/** Nothing is loaded or opened before the first question. */
export function openOAuthClient(
  oauth: OAuthSettings,
  clock: Clock,
  patience: number = usualPatience,
): OAuthClient {
  const options = moduleOptions(oauth, patience);
  const scope = oauth.scope;
  const ask = (errand: Errand, asked: Asked) => askProvider(errand, asked, { oauth, clock });
  return {
    authorizationUrl: (request) => authorizationUrl(oauth, request),
    exchange: ({ code, verifier, redirectUri }) =>
      ask({ deed: 'sign-in', url: oauth.tokenUrl, secrets: [code, verifier] }, (library, http) => {
        const grant = { code, redirect_uri: redirectUri, code_verifier: verifier };
        return new library.AuthorizationCode(options).getToken(grant, http);
      }),
    renew: (refreshToken) =>
      ask({ deed: 'renewal', url: oauth.refreshUrl, secrets: [refreshToken] }, (library, http) => {
        const held = new library.AuthorizationCode(options).createToken({ refresh_token: refreshToken });
        // Microsoft wants to hear the scope again; the others take it from the consent (RFC 6749 section 6)
        return held.refresh(oauth.provider === 'microsoft' ? { scope } : {}, http);
      }),
    clientCredentials: () =>
      ask({ deed: 'renewal', url: oauth.tokenUrl, secrets: [] }, (library, http) =>
        new library.ClientCredentials(options).getToken({ scope }, http),
      ),
  };
}

/**
 * Google and Microsoft take the secret in the body. Every other server must take HTTP Basic, with id and secret
 * form-encoded first, and only may take the body (RFC 6749 2.3.1).
 */
function moduleOptions(
  { provider, clientId, clientSecret, ...oauth }: OAuthSettings,
  timeout: number,
): ModuleOptions {
  // a public client sends its id alone; the library always sends a secret, so that is the id once more, in its place
  const client =
    clientSecret === undefined
      ? { id: clientId, secret: clientId, secretParamName: 'client_id' }
      : { id: clientId, secret: clientSecret };
  const inHeader = clientSecret !== undefined && provider === 'other';
  const { origin, pathname, search } = new URL(oauth.tokenUrl);
  return {
    client,
    auth: { tokenHost: origin, tokenPath: pathname + search, refreshPath: oauth.refreshUrl },
    options: { authorizationMethod: inHeader ? 'header' : 'body' },
    // a redirect would carry the secret to wherever it points
    http: { timeout, maxBytes: longestAnswer, redirects: false },
  };
}

interface Errand {
  readonly deed: 'sign-in' | 'renewal';
  readonly url: string;
  /** What only this request carries. */
  readonly secrets: readonly string[];
}

async function askProvider(
  { deed, url, secrets }: Errand,
  asked: Asked,
  { oauth, clock }: { oauth: OAuthSettings; clock: Clock },
): Promise<TokenSet> {
  const service = new URL(url).hostname;
  const { agent, answeredAt } = providerAgent(url, oauth.proxy);
  const now = (): number => clock.now();
  try {
    const { token } = await asked(await import('simple-oauth2'), { agent });
    const tokens = readTokens(token, { now: now(), validity: oauth.validity, service });
    if (deed === 'sign-in') checkSignIn(tokens, oauth, { service, offset: offsetOf(answeredAt(), now()) });
    return tokens;
  } catch (thrown) {
    const hidden = [...secrets, oauth.clientSecret ?? ''];
    const offset = offsetOf(answeredAt(), now());
    throw oauthFailure(thrown, { deed, service, offset, secrets: hidden, ...oauth });
  }
}

function offsetOf(answeredAt: number | undefined, now: number): number {
  return answeredAt === undefined ? 0 : now - answeredAt;
}

/** While the person is still there: what would fail an hour later, or make every date in the mails wrong. */
function checkSignIn(
  { refreshToken }: TokenSet,
  { provider }: OAuthSettings,
  { service, offset }: { service: string; offset: number },
): void {
  if (isTooFar(offset))
    throw new EmailError('clock-wrong', { detail: { value: service, minutes: minutesOff(offset) } });
  if (refreshToken === undefined && provider !== 'other')
    throw new EmailError('sign-in-failed', { detail: { value: service, why: missingRefresh[provider] } });
}

const missingRefresh = {
  google:
    'Google gave no refresh token, so the sign-in would end within the hour; tick “ask for consent every time” and sign in again',
  microsoft:
    'Microsoft gave no refresh token, so the sign-in would end within the hour; add offline_access to the scope and sign in again',
};

function authorizationUrl(oauth: OAuthSettings, request: SignInRequest): string {
  const { authorizationUrl, clientId, scope, signInAs, provider, alwaysAskConsent } = oauth;
  if (authorizationUrl === undefined)
    throw new EmailError('sign-in-failed', { detail: { why: 'this app needs nobody to sign in' } });
  const asksConsent = alwaysAskConsent || (provider === 'google' && !request.isSignedIn);
  const url = new URL(authorizationUrl);
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: request.redirectUri,
    scope,
    state: request.state,
    code_challenge: request.challenge,
    code_challenge_method: 'S256',
    login_hint: signInAs ?? request.user,
    ...(provider === 'google' ? { access_type: 'offline' } : {}),
    ...(asksConsent ? { prompt: 'consent' } : {}),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
