/** How an SMTP route signs in: from config and credentials to a password or OAuth login, or none. */
import type { OAuthLogin, OAuthSettings, PasswordLogin, ProxySettings, SmtpLogin } from './app-settings.ts';
import { readProxy } from './read-proxy.ts';
import type { RouteSources } from './read-route.ts';
import { readServiceUrl } from './read-service-url.ts';
import {
  badSetting,
  type RawSettings,
  readNumber,
  readOneOf,
  readSecret,
  readSwitch,
  readText,
  requireText,
} from './setting-readers.ts';

const ways = ['password', 'oauth'] as const;
const providers = ['google', 'microsoft', 'other'] as const;
const grants = ['authorization-code', 'client-credentials'] as const;
const day = 86_400;

/** Throws EmailError `bad-settings`. */
export function readLogin(sources: RouteSources): SmtpLogin | undefined {
  const { config, credentials } = sources;
  if (readOneOf(config, 'smtpAuth', ways) === 'oauth') return readOAuthLogin(sources);
  return readPasswordLogin(credentials);
}

function readPasswordLogin(credentials: RawSettings): PasswordLogin | undefined {
  const user = readUser(credentials);
  const password = readSecret(credentials, 'password');
  if (user === undefined && password === undefined) return undefined;
  if (user === undefined) throw badSetting('user', 'there is a password but no user name');
  if (password === undefined)
    throw badSetting('password', 'there is a user name but no password; type it in again');
  return { kind: 'password', user, password };
}

function readOAuthLogin({ config, credentials, proxy }: RouteSources): OAuthLogin {
  const user = readUser(credentials);
  if (user === undefined) throw badSetting('user', 'it is empty; give the mailbox that is signed in to');
  return { kind: 'oauth', user, oauth: readOAuth(config, credentials, proxy) };
}

/** Control characters part the fields of what a sign-in sends. */
function readUser(credentials: RawSettings): string | undefined {
  const user = readText(credentials, 'user');
  if (!/\p{Cc}/u.test(user ?? '')) return user;
  throw badSetting('user', 'it has a line break or control character');
}

function readOAuth(config: RawSettings, credentials: RawSettings, proxy?: ProxySettings): OAuthSettings {
  const grant = readOneOf(config, 'oauthGrant', grants);
  const tokenUrl = readUrl(config, 'oauthTokenUrl');
  const clientSecret = readSecret(credentials, 'clientSecret')?.trim() || undefined;
  if (grant === 'client-credentials' && clientSecret === undefined)
    throw badSetting('clientSecret', 'it is empty; without a person the client must prove itself');
  return {
    provider: readOneOf(config, 'oauthProvider', providers),
    grant,
    clientId: requireText(config, 'oauthClientId'),
    clientSecret,
    authorizationUrl: grant === 'authorization-code' ? readUrl(config, 'oauthAuthorizationUrl') : undefined,
    tokenUrl,
    refreshUrl: readText(config, 'oauthRefreshUrl') ? readUrl(config, 'oauthRefreshUrl') : tokenUrl,
    scope: requireText(config, 'oauthScope').replace(/\s+/g, ' '),
    validity: readNumber(config, 'oauthValidity', { least: 60, most: 365 * day, otherwise: 3600 }),
    alwaysAskConsent: readSwitch(config, 'oauthAlwaysConsent', false),
    signInAs: readText(config, 'oauthSignInAs'),
    proxy: readProxy(proxy),
  };
}

/** A preset's URL with a part that is still to be filled in must not reach the provider. */
function readUrl(config: RawSettings, field: string): string {
  const text = requireText(config, field);
  if (/[<>{}]/.test(text)) throw badSetting(field, 'replace what stands in brackets, e.g. the tenant');
  return readServiceUrl(text, field);
}
