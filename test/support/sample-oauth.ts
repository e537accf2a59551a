import type { OAuthLogin, OAuthSettings } from '../../nodes/lib/settings/app-settings.ts';

/** OAuth settings as a person would have filled them in, with what a test needs otherwise. */
export function sampleOAuth(changes: Partial<OAuthSettings> = {}): OAuthSettings {
  const tokenUrl = changes.tokenUrl ?? 'https://login.example.com/token';
  return {
    provider: 'other',
    grant: 'authorization-code',
    clientId: 'client-1',
    clientSecret: 'client-s3cret-value',
    authorizationUrl: 'https://login.example.com/authorize',
    tokenUrl,
    refreshUrl: tokenUrl,
    scope: 'mail.send offline_access',
    validity: 3600,
    alwaysAskConsent: false,
    ...changes,
  };
}

export function sampleOAuthLogin(changes: Partial<OAuthSettings> = {}): OAuthLogin {
  return { kind: 'oauth', user: 'shop@example.com', oauth: sampleOAuth(changes) };
}
