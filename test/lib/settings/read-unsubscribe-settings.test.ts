import assert from 'node:assert/strict';
import { readUnsubscribeSettings } from '../../../nodes/lib/settings/read-unsubscribe-settings.ts';
import { assertRefused } from '../../support/assert-refused.ts';

const read = (config: Record<string, unknown>, tls?: Record<string, unknown>) =>
  readUnsubscribeSettings(config, 'Shop', tls);

describe('readUnsubscribeSettings', () => {
  it('is off where nothing was saved, as in an app from before', () => {
    assert.deepEqual(read({}), {
      enabled: false,
      headers: true,
      skipSenders: [],
      mailto: undefined,
      topics: [],
      marketingWithoutLink: 'refuse',
      checkCopies: true,
      foldAddresses: false,
      page: { organisation: 'Shop', logo: undefined, note: undefined, language: 'en' },
      evidenceDays: 365,
      trustedProxies: [],
      listener: undefined,
    });
  });

  it('reads what the dialog saves', () => {
    const settings = read({
      unsubscribeEnabled: true,
      unsubscribeHeaders: true,
      checkCopies: false,
      foldAddresses: true,
      skipSenders: [{ sender: 'Bills@Example.com', sendAnyway: true }, { sender: '@Legal.example' }],
      unsubscribeMailto: 'leave@example.com',
      topics: [{ id: 'offers', name: 'Offers', description: 'Once a month' }, { id: 'news' }],
      marketingWithoutLink: 'footer',
      pageLogo: 'data:image/png;base64,iVBORw0KGgo=',
      pageLanguage: 'DE',
      trustedProxies: '10.0.0.0/8, ::1',
      listenerPort: '8443',
    });
    assert.deepEqual(settings.skipSenders, [
      { sender: 'bills@example.com', sendAnyway: true },
      { sender: '@legal.example', sendAnyway: false },
    ]);
    assert.deepEqual(
      settings.topics.map(({ id, name }) => [id, name]),
      [
        ['offers', 'Offers'],
        ['news', 'news'],
      ],
    );
    assert.deepEqual([settings.enabled, settings.headers, settings.checkCopies], [true, true, false]);
    assert.equal(settings.foldAddresses, true);
    assert.deepEqual([settings.mailto, settings.marketingWithoutLink], ['leave@example.com', 'footer']);
    assert.deepEqual([settings.page.language, settings.trustedProxies], ['de', ['10.0.0.0/8', '::1']]);
    assert.deepEqual(settings.listener, { address: '0.0.0.0', port: 8443, tls: undefined });
  });

  it('takes certificate and key of the listener from its TLS node', () => {
    const { listener } = read({ listenerPort: 443 }, { cert: Buffer.from('C'), key: 'K' });
    assert.deepEqual(listener?.tls, { cert: 'C', key: 'K' });
  });

  const refused: [string, Record<string, unknown>, string][] = [
    ['a switch that is text', { unsubscribeEnabled: 'yes' }, 'unsubscribeEnabled'],
    [
      'a bad skip sender',
      { skipSenders: [{ sender: 'a@example.com' }, { sender: 'b' }] },
      'skipSenders[1].sender',
    ],
    ['senders that are no list', { skipSenders: 'a@example.com' }, 'skipSenders'],
    ['an id that no link can carry', { topics: [{ id: 'a b' }] }, 'topics[0].id'],
    ['a topic given twice', { topics: [{ id: 'a' }, { id: 'a' }] }, 'topics'],
    ['51 topics', { topics: Array.from({ length: 51 }, (_, n) => ({ id: `topic${n}` })) }, 'topics'],
    ['a bad address to unsubscribe', { unsubscribeMailto: 'Bye <a@example.com>' }, 'unsubscribeMailto'],
    ['a logo that may hold scripts', { pageLogo: 'data:image/svg+xml;base64,AAAA' }, 'pageLogo'],
    ['a logo from elsewhere', { pageLogo: 'https://example.com/logo.png' }, 'pageLogo'],
    ['a logo with markup', { pageLogo: 'data:image/png;base64,AA"><script>' }, 'pageLogo'],
    ['a language that is none', { pageLanguage: '"><script>' }, 'pageLanguage'],
    ['a proxy by name', { trustedProxies: 'proxy.example.com' }, 'trustedProxies'],
    ['a block that is too narrow', { trustedProxies: '10.0.0.0/33' }, 'trustedProxies'],
    ['an unknown way for marketing', { marketingWithoutLink: 'send' }, 'marketingWithoutLink'],
    ['keeping evidence for no time', { evidenceDays: 0 }, 'evidenceDays'],
    ['a listener on a name', { listenerPort: 80, listenerAddress: 'localhost' }, 'listenerAddress'],
    ['a port out of range', { listenerPort: 70_000 }, 'listenerPort'],
  ];
  for (const [name, config, field] of refused) {
    it(`refuses ${name}`, () => assertRefused(async () => read(config), 'bad-settings', field));
  }

  it('refuses a TLS node without a key', () =>
    assertRefused(async () => read({ listenerPort: 443 }, { cert: 'C' }), 'bad-settings', 'listenerTls'));
});
