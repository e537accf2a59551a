import assert from 'node:assert/strict';
import { providerPresets } from '../../../nodes/lib/oauth/provider-presets.ts';
import { readAppSettings } from '../../../nodes/lib/settings/read-app-settings.ts';

describe('providerPresets', () => {
  for (const preset of Object.values(providerPresets))
    it(`${preset.name} becomes settings that can be used once the tenant is filled in`, () => {
      const filled = (url: string) => url.replace('{tenant}', 'contoso.example');
      const config = {
        name: 'Shop',
        appId: 'app00001',
        identity: 'shop@example.com',
        route: 'smtp',
        ...preset.smtp,
        smtpAuth: 'oauth',
        oauthProvider: preset.provider,
        oauthGrant: 'authorization-code',
        oauthClientId: 'client-1',
        oauthAuthorizationUrl: filled(preset.authorizationUrl),
        oauthTokenUrl: filled(preset.tokenUrl),
        oauthRefreshUrl: filled(preset.refreshUrl),
        oauthScope: `${preset.scope} ${preset.readingScope}`.trim(),
        oauthValidity: preset.validity,
      };
      const { route } = readAppSettings(config, { user: 'shop@example.com', clientSecret: 's' });
      assert(route.kind === 'smtp' && route.login?.kind === 'oauth');
      assert.deepEqual([route.host, route.port, route.security], Object.values(preset.smtp));
      assert.equal(route.login.oauth.provider, preset.provider);
    });

  it('ask Google for the one scope that mail works with, and Microsoft for a refresh token', () => {
    assert.equal(providerPresets.google.scope, 'https://mail.google.com/');
    assert.deepEqual(providerPresets.microsoft.scope.split(' '), [
      'https://outlook.office.com/SMTP.Send',
      'offline_access',
    ]);
  });
});
