import assert from 'node:assert/strict';
import { readAppSettings } from '../../../nodes/lib/settings/read-app-settings.ts';
import { assertRefused } from '../../support/assert-refused.ts';

const smtp = {
  name: 'Shop',
  appId: 'app00001',
  identity: 'example.com',
  route: 'smtp',
  host: 'mail.example.com',
  smtpAuth: 'oauth',
};
const oauth = {
  ...smtp,
  oauthProvider: 'other',
  oauthGrant: 'authorization-code',
  oauthClientId: 'client1',
  oauthAuthorizationUrl: 'https://login.example.com/authorize',
  oauthTokenUrl: 'https://login.example.com/token',
  oauthScope: 'mail.send',
};
const credentials = { user: 'shop@example.com', clientSecret: 'very secret' };

function loginOf(config: object, secrets: Record<string, unknown> = credentials) {
  const { route } = readAppSettings({ ...oauth, ...config }, secrets);
  assert(route.kind === 'smtp');
  return route.login;
}

function oauthOf(config: object, secrets?: Record<string, unknown>) {
  const login = loginOf(config, secrets);
  assert(login?.kind === 'oauth');
  return login.oauth;
}

describe('readLogin', () => {
  it('reads a password unless OAuth was chosen, whatever was typed for that', () => {
    const secrets = { user: 'joe', password: ' p ', clientSecret: 'x' };
    const password = { kind: 'password', user: 'joe', password: ' p ' };
    assert.deepEqual(loginOf({ smtpAuth: 'password' }, secrets), password);
    assert.deepEqual(loginOf({ smtpAuth: undefined }, secrets), password);
  });

  it('reads everything the editor can save', () => {
    const config = {
      oauthRefreshUrl: 'https://login.example.com/refresh',
      oauthScope: ' mail.send\n offline_access ',
      oauthValidity: '1800',
      oauthAlwaysConsent: true,
      oauthSignInAs: 'admin@example.com',
    };
    assert.deepEqual(loginOf(config), {
      kind: 'oauth',
      user: 'shop@example.com',
      oauth: {
        provider: 'other',
        grant: 'authorization-code',
        clientId: 'client1',
        clientSecret: 'very secret',
        authorizationUrl: 'https://login.example.com/authorize',
        tokenUrl: 'https://login.example.com/token',
        refreshUrl: 'https://login.example.com/refresh',
        scope: 'mail.send offline_access',
        validity: 1800,
        alwaysAskConsent: true,
        signInAs: 'admin@example.com',
        proxy: undefined,
      },
    });
  });

  it('renews where tokens are fetched, unless told otherwise', () =>
    assert.equal(oauthOf({}).refreshUrl, 'https://login.example.com/token'));

  it('does without a secret for a public client', () =>
    assert.equal(oauthOf({}, { user: 'shop@example.com' }).clientSecret, undefined));

  it('does without an authorization URL where nobody consents', () => {
    const client = { oauthGrant: 'client-credentials', oauthAuthorizationUrl: 'not looked at' };
    assert.equal(oauthOf(client).authorizationUrl, undefined);
  });

  const cases: [string, config: object, field: string, secrets?: Record<string, unknown>][] = [
    ['no mailbox', {}, 'user', { clientSecret: 'very secret' }],
    ['a mailbox that adds a token', {}, 'user', { user: 'a@b.test\x01auth=Bearer x' }],
    ['no client id', { oauthClientId: '' }, 'oauthClientId'],
    ['no scope', { oauthScope: ' ' }, 'oauthScope'],
    ['no authorization URL', { oauthAuthorizationUrl: '' }, 'oauthAuthorizationUrl'],
    ['no token URL', { oauthTokenUrl: '' }, 'oauthTokenUrl'],
    ['a token URL without TLS', { oauthTokenUrl: 'http://login.example.com/token' }, 'oauthTokenUrl'],
    [
      'a preset whose tenant is still to be filled in',
      { oauthTokenUrl: 'https://login.example.com/<tenant>/token' },
      'oauthTokenUrl',
    ],
    ['a refresh URL that is none', { oauthRefreshUrl: 'refresh' }, 'oauthRefreshUrl'],
    ['another grant', { oauthGrant: 'password' }, 'oauthGrant'],
    ['another provider', { oauthProvider: 'aol' }, 'oauthProvider'],
    ['another way to sign in', { smtpAuth: 'kerberos' }, 'smtpAuth'],
    ['a validity of seconds', { oauthValidity: '5' }, 'oauthValidity'],
    [
      'a client without a secret that must prove itself',
      { oauthGrant: 'client-credentials' },
      'clientSecret',
      { user: 'shop@example.com' },
    ],
    ['consent that is neither on nor off', { oauthAlwaysConsent: 'yes' }, 'oauthAlwaysConsent'],
  ];
  for (const [name, config, field, secrets] of cases) {
    it(`refuses ${name}`, async () => {
      const error = await assertRefused(() => loginOf(config, secrets), 'bad-settings', field);
      assert.doesNotMatch(error.message, /very/);
    });
  }
});
