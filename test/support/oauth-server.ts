import { OAuth2Server } from 'oauth2-mock-server';
import type { OAuthSettings } from '../../nodes/lib/settings/app-settings.ts';
import { sampleOAuth } from './sample-oauth.ts';

export interface TokenRequest {
  readonly body: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
}

/** What the provider answers instead of its own answer; undefined leaves that. */
export type TokenAnswer = { readonly status?: number; readonly body: Record<string, unknown> } | undefined;

export interface OAuthServer {
  readonly url: string;
  readonly requests: TokenRequest[];
  /** Access tokens given so far. */
  readonly given: string[];
  answer: (request: TokenRequest, answer: Record<string, unknown>) => TokenAnswer;
  settings(changes?: Partial<OAuthSettings>): OAuthSettings;
  /** Opens the sign-in page and consents; answers the query of the way back. */
  consent(authorizationUrl: string): Promise<Record<string, string>>;
  close(): Promise<void>;
}

/** A real OAuth server on loopback that consents to everything and checks PKCE. */
export async function oauthServer(): Promise<OAuthServer> {
  const server = new OAuth2Server();
  await server.issuer.keys.generate('RS256');
  await server.start(0, '127.0.0.1');
  const url = `http://127.0.0.1:${server.address().port}`;
  server.issuer.url = url;
  const started: OAuthServer = {
    url,
    requests: [],
    given: [],
    answer: () => undefined,
    settings: (changes = {}) =>
      sampleOAuth({ tokenUrl: `${url}/token`, authorizationUrl: `${url}/authorize`, ...changes }),
    async consent(authorizationUrl) {
      const { headers } = await fetch(authorizationUrl, { redirect: 'manual' });
      return Object.fromEntries(new URL(headers.get('location') ?? '').searchParams);
    },
    close: () => server.stop(),
  };
  let count = 0;
  server.service.on('beforeTokenSigning', (token) => {
    token.payload.jti = String(++count);
    token.payload.email = 'shop@example.com';
  });
  server.service.on('beforeResponse', (response, { body, headers }) => {
    const request = { body, authorization: headers.authorization };
    started.requests.push(request);
    const answer = started.answer(request, response.body as Record<string, unknown>);
    if (answer) Object.assign(response, { body: answer.body, statusCode: answer.status ?? 400 });
    else started.given.push(String((response.body as Record<string, unknown>).access_token));
  });
  return started;
}
