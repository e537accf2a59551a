import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { inspect } from 'node:util';
import { systemClock } from '../../../nodes/lib/kernel/clock.ts';
import type { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { openOAuthClient } from '../../../nodes/lib/oauth/oauth-client.ts';
import { providerPresets } from '../../../nodes/lib/oauth/provider-presets.ts';
import type { OAuthSettings } from '../../../nodes/lib/settings/app-settings.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { type OAuthServer, oauthServer } from '../../support/oauth-server.ts';
import { sampleOAuth } from '../../support/sample-oauth.ts';

const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');
const redirectUri = 'http://127.0.0.1:1880/email-app/oauth/callback';
const request = { redirectUri, state: 'state-1', challenge, user: 'shop@example.com' };
const basic = `Basic ${Buffer.from('client-1:client-s3cret-value').toString('base64')}`;

describe('openOAuthClient', () => {
  let server: OAuthServer;

  before(async () => {
    server = await oauthServer();
  });
  beforeEach(() => {
    server.requests.length = 0;
    server.answer = () => undefined;
  });
  after(() => server.close());

  const open = (changes: Partial<OAuthSettings> = {}) =>
    openOAuthClient(server.settings(changes), systemClock);

  describe('with a provider', () => {
    it('brings tokens home from a consent, with PKCE', async () => {
      const client = open();
      const { code, state } = await server.consent(client.authorizationUrl(request));
      assert.equal(state, 'state-1');
      const tokens = await client.exchange({ code: String(code), verifier, redirectUri });
      assert.equal(tokens.accessToken, server.given.at(-1));
      assert.match(String(tokens.refreshToken), /^[0-9a-f-]{36}$/);
      assert.equal(tokens.account, 'shop@example.com');
      assert.equal(tokens.validUntil - tokens.receivedAt, 3_600_000);
      const [{ body, authorization } = {} as never] = server.requests;
      assert.deepEqual(body, {
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      });
      assert.equal(authorization, basic);
    });

    it('is refused with another verifier than the one of the start', async () => {
      const client = open();
      const { code } = await server.consent(client.authorizationUrl(request));
      const other = randomBytes(32).toString('base64url');
      await assertRefused(
        () => client.exchange({ code: String(code), verifier: other, redirectUri }),
        'oauth-refused',
      );
    });

    it('renews', async () => {
      const tokens = await open().renew('refresh-1');
      assert.equal(tokens.accessToken, server.given.at(-1));
      assert.deepEqual(server.requests[0]?.body, {
        grant_type: 'refresh_token',
        refresh_token: 'refresh-1',
      });
    });

    it('renews where the settings say', async () => {
      const client = open({ tokenUrl: 'http://127.0.0.1:9/token', refreshUrl: `${server.url}/token` });
      assert.equal((await client.renew('refresh-1')).accessToken, server.given.at(-1));
    });

    it('gets tokens by client credentials', async () => {
      const tokens = await open({ grant: 'client-credentials' }).clientCredentials();
      assert.equal(tokens.accessToken, server.given.at(-1));
      assert.deepEqual(server.requests[0]?.body, {
        grant_type: 'client_credentials',
        scope: 'mail.send offline_access',
      });
      assert.equal(server.requests[0]?.authorization, basic);
    });

    for (const provider of ['google', 'microsoft'] as const)
      it(`tells ${provider} the secret in the body`, async () => {
        await open({ provider }).renew('refresh-1');
        const [{ body, authorization } = {} as never] = server.requests;
        assert.equal(authorization, undefined);
        assert.deepEqual([body?.client_id, body?.client_secret], ['client-1', 'client-s3cret-value']);
        assert.equal(body?.scope, provider === 'microsoft' ? 'mail.send offline_access' : undefined);
      });

    it('form-encodes id and secret before they become a Basic header (RFC 6749 2.3.1)', async () => {
      await open({ clientId: 'a:b', clientSecret: 'c d&é+' })
        .renew('refresh-1')
        .catch(() => {});
      await open({ clientId: 'a:b', clientSecret: 'c d&+' }).renew('refresh-1');
      const sent = Buffer.from(String(server.requests.at(-1)?.authorization).slice(6), 'base64').toString();
      assert.equal(sent, 'a%3Ab:c+d%26%2B');
    });

    it('sends a public client’s id and no secret, not even an empty one', async () => {
      await open({ clientSecret: undefined }).renew('refresh-1');
      const [{ body, authorization } = {} as never] = server.requests;
      assert.deepEqual(body, {
        grant_type: 'refresh_token',
        refresh_token: 'refresh-1',
        client_id: 'client-1',
      });
      assert.equal(authorization, undefined);
    });

    it('takes the validity of the settings when the provider names none', async () => {
      for (const expires_in of [undefined, 'soon', -5, 0]) {
        server.answer = (_request, body) => ({ status: 200, body: { ...body, expires_in } });
        const { receivedAt, validUntil } = await open({ validity: 1800 }).renew('refresh-1');
        assert.equal(validUntil - receivedAt, 1_800_000);
      }
      server.answer = (_request, body) => ({ status: 200, body: { ...body, expires_in: '7200' } });
      const { receivedAt, validUntil } = await open().renew('refresh-1');
      assert.equal(validUntil - receivedAt, 7_200_000);
    });

    it('is not made to ask all the time by tokens that hold no time', async () => {
      server.answer = (_request, body) => ({ status: 200, body: { ...body, expires_in: 0.0001 } });
      const { receivedAt, validUntil } = await open().renew('refresh-1');
      assert.equal(validUntil - receivedAt, 10_000);
    });

    for (const provider of ['google', 'microsoft'] as const)
      it(`refuses a sign-in at ${provider} that would end within the hour`, async () => {
        server.answer = (_request, { refresh_token: _, ...body }) => ({ status: 200, body });
        const client = open({ provider });
        const { code } = await server.consent(client.authorizationUrl(request));
        const { message } = await assertRefused(
          () => client.exchange({ code: String(code), verifier, redirectUri }),
          'sign-in-failed',
        );
        assert.match(message, /no refresh token/);
      });

    it('refuses a sign-in while this machine’s clock is more than 15 minutes wrong, and only then', async () => {
      for (const [offset, code] of [
        [16, 'clock-wrong'],
        [-16, 'clock-wrong'],
        [14, undefined],
      ] as const) {
        const clock = fakeClock(Date.now() + offset * 60_000);
        const client = openOAuthClient(server.settings(), clock);
        const { code: given } = await server.consent(client.authorizationUrl(request));
        const exchange = () => client.exchange({ code: String(given), verifier, redirectUri });
        if (code === undefined) await exchange();
        else assert.match((await assertRefused(exchange, code)).message, /16 minutes/);
        // what was given once must not be lost because of it
        assert.equal((await client.renew('refresh-1')).accessToken, server.given.at(-1));
      }
    });

    it('says that the clock is wrong beside another refusal', async () => {
      server.answer = () => ({ body: { error: 'invalid_grant' } });
      const client = openOAuthClient(server.settings(), fakeClock(Date.now() + 3_600_000));
      const { message } = await assertRefused(() => client.renew('refresh-1'), 'sign-in-needed');
      assert.match(message, /clock is 60 minutes wrong/);
    });
  });

  describe('the address to sign in at', () => {
    const parametersOf = (changes: Partial<OAuthSettings>, isSignedIn = false) => {
      const url = open(changes).authorizationUrl({ ...request, isSignedIn });
      return Object.fromEntries(new URL(url).searchParams);
    };
    const usual = {
      response_type: 'code',
      client_id: 'client-1',
      redirect_uri: redirectUri,
      scope: 'mail.send offline_access',
      state: 'state-1',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      login_hint: 'shop@example.com',
    };

    it('has what RFC 6749 and RFC 7636 want', () => assert.deepEqual(parametersOf({}), usual));

    it('asks Google for a refresh token, which needs consent unless there is one', () => {
      const offline = { ...usual, access_type: 'offline' };
      assert.deepEqual(parametersOf({ provider: 'google' }), { ...offline, prompt: 'consent' });
      assert.deepEqual(parametersOf({ provider: 'google' }, true), offline);
    });

    it('asks for consent every time where that is wanted', () => {
      const parameters = parametersOf({ provider: 'microsoft', alwaysAskConsent: true }, true);
      assert.deepEqual(parameters, { ...usual, prompt: 'consent' });
    });

    it('names who consents when that is another account than the mailbox', () =>
      assert.equal(parametersOf({ signInAs: 'ann@example.com' }).login_hint, 'ann@example.com'));

    it('keeps the parameters that the settings’ URL has already', () => {
      const { audience } = parametersOf({ authorizationUrl: 'https://login.example.com/a?audience=mail' });
      assert.equal(audience, 'mail');
    });

    it('is refused for a client that needs nobody', () =>
      assertRefused(() => open({ authorizationUrl: undefined }).authorizationUrl(request), 'sign-in-failed'));

    it('is made from the presets', () => {
      const { authorizationUrl, tokenUrl, refreshUrl, scope } = providerPresets.microsoft;
      const client = openOAuthClient(
        sampleOAuth({
          authorizationUrl: authorizationUrl.replace('{tenant}', 'contoso'),
          tokenUrl,
          refreshUrl,
          scope,
        }),
        systemClock,
      );
      assert.match(
        client.authorizationUrl(request),
        /^https:\/\/login\.microsoftonline\.com\/contoso\/oauth2\/v2\.0\/authorize\?/,
      );
    });
  });

  describe('with a server that is no provider', () => {
    const others: Server[] = [];

    afterEach(() => {
      for (const other of others.splice(0)) {
        other.closeAllConnections();
        other.close();
      }
    });

    async function renewAt(
      listener: RequestListener,
      changes: Partial<OAuthSettings> = {},
      patience?: number,
    ) {
      const other = createServer(listener);
      others.push(other);
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      const tokenUrl = `http://127.0.0.1:${(other.address() as AddressInfo).port}/token`;
      return openOAuthClient(sampleOAuth({ tokenUrl, ...changes }), systemClock, patience).renew(
        'refresh-token-value',
      );
    }

    const json = { 'Content-Type': 'application/json' };
    const answers: [string, RequestListener, string, RegExp][] = [
      ['a page', (_, r) => r.end('<html>hello'), 'oauth-refused', /check the token URL/],
      ['a redirect', (_, r) => r.writeHead(302, { Location: '/x' }).end(), 'oauth-refused', /HTTP 302/],
      ['404', (_, r) => r.writeHead(404).end('nothing'), 'oauth-refused', /HTTP 404/],
      ['a page with 503', (_, r) => r.writeHead(503).end('<html>down'), 'oauth-failed', /HTTP 503/],
      ['JSON with 500', (_, r) => r.writeHead(500, json).end('{"a":1}'), 'oauth-failed', /HTTP 500/],
      ['429', (_, r) => r.writeHead(429, json).end('{}'), 'oauth-failed', /HTTP 429/],
      ['nothing', (_, r) => r.writeHead(200, json).end(), 'oauth-refused', /./],
      ['null', (_, r) => r.writeHead(200, json).end('null'), 'oauth-refused', /./],
      ['a list', (_, r) => r.writeHead(200, json).end('[]'), 'oauth-refused', /no bearer token/],
      ['half of it', (_, r) => r.writeHead(200, json).end('{"access_tok'), 'oauth-refused', /HTTP 200/],
      ['no token', (_, r) => r.writeHead(200, json).end('{"ok":true}'), 'oauth-refused', /no bearer token/],
      [
        'a token with a control character',
        (_, r) => r.writeHead(200, json).end('{"access_token":"a\\u0001auth=x"}'),
        'oauth-refused',
        /no bearer token/,
      ],
      [
        'a token of another kind',
        (_, r) => r.writeHead(200, json).end('{"access_token":"abc","token_type":"mac"}'),
        'oauth-refused',
        /no bearer token/,
      ],
      [
        'more than 64 KB',
        (_, r) => r.writeHead(200, json).end(`{"access_token":"${'x'.repeat(70_000)}"}`),
        'oauth-failed',
        /./,
      ],
      ['a cut connection', (request) => request.socket.destroy(), 'oauth-failed', /ended the connection/],
      [
        'a connection cut half-way',
        (request, r) => {
          r.writeHead(200, { ...json, 'Content-Length': 100 });
          r.write('{', () => request.socket.destroy());
        },
        'oauth-failed',
        /./,
      ],
    ];
    for (const [what, listener, code, message] of answers)
      it(`takes ${what} for ${code}`, async () => {
        const error = await assertRefused(() => renewAt(listener), code);
        assert.match(error.message, message);
        assert.equal(error.retryable, true);
        assert.match(error.message, /^127\.0\.0\.1 /);
      });

    it('never follows a redirect with its secrets', async () => {
      const seen: string[] = [];
      await renewAt((incoming, response) => {
        seen.push(String(incoming.url));
        response.writeHead(307, { Location: '/elsewhere' }).end();
      }).catch(() => {});
      assert.deepEqual(seen, ['/token']);
    });

    for (const [how, listener] of [
      ['does not begin', () => {}],
      ['does not end', (_, response) => response.writeHead(200, json).write('{"access_token":')],
    ] as [string, RequestListener][])
      it(`loses patience with an answer that ${how}`, async () => {
        const error = await assertRefused(() => renewAt(listener, {}, 50), 'oauth-failed');
        assert.match(error.message, /does not answer/);
      });

    it('says that nothing answers there', async () => {
      const tokenUrl = 'http://127.0.0.1:9/token';
      const client = openOAuthClient(sampleOAuth({ tokenUrl, refreshUrl: tokenUrl }), systemClock);
      assert.match((await assertRefused(() => client.renew('r'), 'oauth-failed')).message, /nothing answers/);
    });

    it('never shows a secret, whatever it is answered', async () => {
      const secrets = ['client-s3cret-value', 'refresh-token-value', verifier];
      const echo: RequestListener = (incoming, response) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () => {
          const body = Buffer.concat(chunks).toString();
          const authorization = String(incoming.headers.authorization);
          const told = [
            body,
            authorization,
            Buffer.from(authorization.slice(6), 'base64').toString(),
            ...secrets,
          ];
          const description = `what are ${told.join(' and ')} worth?`;
          response
            .writeHead(400, json)
            .end(JSON.stringify({ error: 'odd_error', error_description: description }));
        });
      };
      const listeners = [...answers.map(([, listener]) => listener), echo];
      for (const listener of listeners)
        for (const provider of ['google', 'other'] as const) {
          const error = await renewAt(listener, { provider }).then(
            () => assert.fail('taken'),
            (thrown: EmailError) => thrown,
          );
          const shown = inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error) + error.stack;
          for (const secret of [...secrets, basic.slice(6)])
            for (const spelling of [secret, Buffer.from(secret).toString('base64').slice(0, -4)])
              assert(!shown.includes(spelling), `${spelling} is in ${shown}`);
          assert.equal(error.cause, undefined);
        }
    });

    it('shows none that the library cannot take in the first place', async () => {
      const error = await renewAt((_, response) => response.end(), { clientSecret: 'ключ-s3cret' }).catch(
        (thrown: EmailError) => thrown,
      );
      assert.doesNotMatch(inspect(error, { depth: 20, showHidden: true }), /s3cret|refresh-token-value/);
    });
  });

  describe('behind a proxy', () => {
    let proxy: TcpServer;
    let lines: string[];

    beforeEach(async () => {
      lines = [];
      proxy = createTcpServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', (data) => {
          lines.push(String(data).split('\r\n')[0] ?? '');
          socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n');
        });
      });
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    });
    afterEach(() => proxy.close());

    const proxyUrl = () => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

    it('tunnels through it', async () => {
      const tokenUrl = 'https://login.example.com/token';
      const oauth = sampleOAuth({ tokenUrl, refreshUrl: tokenUrl, proxy: { https: proxyUrl() } });
      await assertRefused(() => openOAuthClient(oauth, systemClock).renew('refresh-1'), 'oauth-failed');
      assert.deepEqual(lines, ['CONNECT login.example.com:443 HTTP/1.1']);
    });

    it('goes past it where the settings say so', async () => {
      const tokenUrl = 'https://127.0.0.1:9/token';
      const proxy = { https: proxyUrl(), except: '127.0.0.1' };
      const oauth = sampleOAuth({ tokenUrl, refreshUrl: tokenUrl, proxy });
      await assertRefused(() => openOAuthClient(oauth, systemClock).renew('refresh-1'), 'oauth-failed');
      assert.deepEqual(lines, []);
    });

    it('reaches this machine without it', async () => {
      const tokens = await open({ proxy: { http: proxyUrl(), https: proxyUrl() } }).renew('refresh-1');
      assert.equal(tokens.accessToken, server.given.at(-1));
    });
  });
});
