import assert from 'node:assert/strict';
import {
  readWebhookSettings,
  type WebhookSources,
} from '../../../nodes/lib/webhook/read-webhook-settings.ts';
import type { WebhookSettings } from '../../../nodes/lib/webhook/webhook-settings.ts';
import { assertRefused } from '../../support/assert-refused.ts';

const least = { id: 'n1', url: 'https://hooks.example.com/in' };
const secretOf = (bytes: number) => `whsec_${Buffer.alloc(bytes, 251).toString('base64')}`;

function read(fields: object, credentials: object = {}, sources?: WebhookSources): WebhookSettings {
  return readWebhookSettings({ ...least, ...fields }, { ...credentials }, sources);
}

describe('readWebhookSettings', () => {
  it('needs no more than a URL', () => {
    assert.deepEqual(readWebhookSettings(least, {}), {
      endpoint: 'n1',
      name: '',
      url: 'https://hooks.example.com/in',
      format: { kind: 'standard' },
      secrets: [],
      authorization: undefined,
      authorizations: {},
      allowedHosts: [],
      tls: undefined,
      proxy: undefined,
      concurrency: 10,
      timeout: 10_000,
      giveUpAfter: 3 * 86_400_000,
    });
  });

  it('signs with the second secret alone once the first was emptied', () => {
    const { secrets } = read({ url: 'https://crm.example.com' }, { previousSecret: secretOf(32) });
    assert.deepEqual(secrets, [secretOf(32)]);
  });

  it('reads what the dialog holds', () => {
    const fields = {
      name: ' CRM ',
      url: 'http://crm:8080/in?key=1',
      format: 'webex',
      hash: 'sha512',
      timeZone: 'Asia/Kolkata',
      allowedHosts: 'CRM:8080, [::1]\n::2 0x7f.1:80',
      concurrency: '20',
      timeout: '2.5',
      giveUpAfter: '0.5',
    };
    const credentials = {
      secret: 'a new secret of ours',
      previousSecret: 'an old secret of ours',
      authorization: 'Bearer abc',
    };
    const sources = {
      tls: { ca: 'pem', servername: 'crm.example.com', verifyservercert: false },
      proxy: { https: 'proxy.example.com:3128' },
      authorizations: { shop: 'Basic eDp5' },
    };
    const settings = read(fields, credentials, sources);
    assert.deepEqual(
      { ...settings, tls: undefined },
      {
        endpoint: 'n1',
        name: 'CRM',
        url: 'http://crm:8080/in?key=1',
        format: { kind: 'webex', hash: 'sha512', timeZone: 'Asia/Kolkata' },
        secrets: ['a new secret of ours', 'an old secret of ours'],
        authorization: 'Bearer abc',
        authorizations: { shop: 'Basic eDp5' },
        allowedHosts: ['crm:8080', '[::1]', '[::2]', '127.0.0.1:80'],
        tls: undefined,
        proxy: { https: 'http://proxy.example.com:3128', http: undefined },
        concurrency: 20,
        timeout: 2500,
        giveUpAfter: 43_200_000,
      },
    );
    assert.equal(settings.tls?.verify, false);
    assert.equal(settings.tls?.servername, 'crm.example.com');
  });

  it('has no URL of its own where each mail has one', () => {
    assert.equal(read({ target: 'notify', url: '' }).url, undefined);
  });

  it('parses the template', () => {
    const { format } = read({ format: 'template', template: '{"text":"{{type}}"}' });
    assert.deepEqual(format, { kind: 'template', template: { text: '{{type}}' } });
  });

  for (const bytes of [24, 25, 26, 32, 64]) {
    it(`takes a secret of ${bytes} bytes`, () => {
      assert.deepEqual(read({}, { secret: secretOf(bytes) }).secrets, [secretOf(bytes)]);
    });
  }

  const bad: readonly (readonly [string, object, object?, WebhookSources?])[] = [
    ['id', { id: '' }],
    ['url', { url: '' }],
    ['url', { url: 'http://hooks.example.com/' }],
    ['url', { url: 'https://user:pass@hooks.example.com/' }],
    ['url', { url: 'https://10.0.0.1/' }],
    ['target', { target: 'both' }],
    ['format', { format: 'xml' }],
    ['hash', { format: 'webex', hash: 'sha1' }],
    ['timeZone', { format: 'webex', timeZone: 'Mars/Olympus' }],
    ['template', { format: 'template' }],
    ['template', { format: 'template', template: '{' }],
    ['template', { format: 'template', template: '["{{type}}"]' }],
    ['allowedHosts', { allowedHosts: 'https://crm' }],
    ['allowedHosts', { allowedHosts: 'crm/path' }],
    ['allowedHosts', { allowedHosts: 'user@crm' }],
    ['allowedHosts', { allowedHosts: '*.crm' }],
    ['allowedHosts', { allowedHosts: 'crm:99999' }],
    ['allowedHosts', { allowedHosts: 'a '.repeat(101) }],
    ['concurrency', { concurrency: '0' }],
    ['concurrency', { concurrency: '101' }],
    ['timeout', { timeout: '61' }],
    ['giveUpAfter', { giveUpAfter: '31' }],
    ['secret', {}, { secret: Buffer.alloc(24).toString('base64') }],
    ['secret', {}, { secret: secretOf(23) }],
    ['secret', {}, { secret: secretOf(65) }],
    ['secret', {}, { secret: `${secretOf(24)}\n` }],
    ['secret', {}, { secret: secretOf(25).replace(/=+$/, '') }],
    ['secret', {}, { secret: 'whsec_not base64 at all, but quite long indeed' }],
    ['previousSecret', {}, { secret: secretOf(32), previousSecret: 'whsec_short' }],
    ['secret', { format: 'webex' }, { secret: '15 characters..' }],
    ['authorization', {}, { authorization: 'Bearer a\r\nx: y' }],
    ['authorization', {}, { authorization: ' Bearer a' }],
    ['authorizations.shop', {}, {}, { authorizations: { shop: 'é' } }],
    ['authorizations.shop', {}, {}, { authorizations: { shop: undefined } }],
    ['HTTPS_PROXY', {}, {}, { proxy: { https: 'ftp://proxy' } }],
    ['tls', {}, {}, { tls: { pfx: 'x' } }],
  ];
  for (const [field, fields, credentials, sources] of bad) {
    it(`refuses ${field}: ${JSON.stringify({ ...fields, ...credentials }).slice(0, 60)}`, async () => {
      await assertRefused(() => read(fields, credentials, sources), 'bad-settings', field);
    });
  }

  it('takes a short text of 16 characters as the reference format’s secret', () => {
    assert.deepEqual(read({ format: 'webex' }, { secret: '16 characters...' }).secrets, ['16 characters...']);
  });

  it('shows no secret in what it refuses', async () => {
    const hidden = /hunter2/;
    for (const [fields, credentials] of [
      [{ url: 'https://user:hunter2@example.com/' }, {}],
      [{ url: 'http://example.com/?token=hunter2' }, {}],
      [{}, { secret: 'whsec_hunter2' }],
      [{}, { authorization: 'Bearer hunter2\n' }],
    ] as const) {
      const [field = ''] = Object.keys({ ...fields, ...credentials });
      const { message } = await assertRefused(() => read(fields, credentials), 'bad-settings', field);
      assert.doesNotMatch(message, hidden);
    }
  });
});
