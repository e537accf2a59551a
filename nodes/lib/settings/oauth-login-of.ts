import type { OAuthLogin, Route } from './app-settings.ts';

/** Undefined when the route signs in otherwise, or not at all. */
export function oauthLoginOf(route: Route): OAuthLogin | undefined {
  const login = route.kind === 'smtp' ? route.login : undefined;
  return login?.kind === 'oauth' ? login : undefined;
}
