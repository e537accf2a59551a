import assert from 'node:assert/strict';
import { readSetupSettings } from '../../../nodes/lib/settings/read-setup-settings.ts';
import { assertRefused } from '../../support/assert-refused.ts';

const nothing = {
  dkim: 'easy',
  ownKey: undefined,
  mailFrom: undefined,
  inbound: undefined,
  token: false,
  trackOpens: false,
  trackClicks: false,
  pool: undefined,
  redirectDomain: undefined,
};

describe('readSetupSettings', () => {
  it('wants DKIM by Amazon and nothing else where nothing was chosen', () =>
    assert.deepEqual(readSetupSettings({}, {}), nothing));

  it('reads everything the editor can save', () => {
    const config = {
      setupDkim: 'own',
      dkimSelector: 'mail',
      setupMailFrom: ' bounce ',
      setupReceive: true,
      setupInbound: 'replies',
      setupOwnership: true,
      setupTrackOpens: true,
      setupTrackClicks: true,
      setupPool: 'fast',
      setupRedirectDomain: 'links.example.com',
    };
    assert.deepEqual(readSetupSettings(config, { dkimKey: 'PEM' }), {
      dkim: 'own',
      ownKey: { selector: 'mail', privateKey: 'PEM' },
      mailFrom: 'bounce',
      inbound: 'replies',
      token: true,
      trackOpens: true,
      trackClicks: true,
      pool: 'fast',
      redirectDomain: 'links.example.com',
    });
  });

  it('receives at the domain itself where no other name was typed', () =>
    assert.equal(readSetupSettings({ setupReceive: true, setupInbound: ' ' }, {}).inbound, ''));

  it('receives nowhere unless that was ticked, whatever was typed', () =>
    assert.equal(readSetupSettings({ setupReceive: false, setupInbound: 'x' }, {}).inbound, undefined));

  it('knows the shared addresses from leaving the pool alone', () => {
    assert.equal(readSetupSettings({ setupPool: '*' }, {}).pool, null);
    assert.equal(readSetupSettings({ setupPool: '' }, {}).pool, undefined);
  });

  it('does not touch a key that is not to be used', () =>
    assert.equal(readSetupSettings({ dkimSelector: 'mail' }, { dkimKey: 'PEM' }).ownKey, undefined));

  it('refuses another kind of DKIM', () =>
    assertRefused(() => readSetupSettings({ setupDkim: 'none' }, {}), 'bad-settings', 'setupDkim'));
});
