import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { normaliseDomain } from '../../../nodes/lib/settings/normalise-domain.ts';
import { readAppSettings } from '../../../nodes/lib/settings/read-app-settings.ts';
import { assertRefused } from '../../support/assert-refused.ts';

const capture = { name: 'Shop', appId: 'app00001', identity: 'example.com', route: 'capture' };
const smtp = { ...capture, route: 'smtp', host: 'mail.example.com' };
const pem = (bits: number) =>
  generateKeyPairSync('rsa', {
    modulusLength: bits,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey;

function smtpRoute(config: object, credentials: Record<string, unknown> = {}, tls?: unknown) {
  const { route } = readAppSettings({ ...smtp, ...config }, credentials, { tls });
  assert(route.kind === 'smtp');
  return route;
}

describe('readAppSettings', () => {
  it('leaves the rate to Amazon SES unless a number is given', () => {
    const secrets = { accessKeyId: 'AKID', secretAccessKey: 'x' };
    const rateOf = (rate: unknown): number | 'auto' =>
      readAppSettings({ ...capture, route: 'ses', region: 'eu-west-1', rate }, secrets).delivery.rate;
    assert.deepEqual([rateOf(''), rateOf('auto'), rateOf('7.5')], ['auto', 'auto', 7.5]);
    assert.equal(readAppSettings({ ...capture, rate: 'auto' }, {}).delivery.rate, 10);
  });

  it('fills in what the editor left empty', () => {
    const settings = readAppSettings(
      { ...capture, rate: '', keepDays: undefined, sender: '', baseUrl: ' ' },
      {},
    );
    assert.deepEqual(settings.route, { kind: 'capture' });
    assert.deepEqual(
      [settings.domain, settings.mailbox, settings.defaultSender],
      ['example.com', undefined, undefined],
    );
    assert.deepEqual([settings.allowedSenders, settings.baseUrl, settings.owner], [[], undefined, undefined]);
    assert.deepEqual(settings.delivery, {
      rate: 10,
      concurrency: 5,
      giveUpAfter: 345_600,
      unknown: 'hold',
      maxWaiting: 100_000,
      keepDays: 7,
      contentDays: 7,
      keyDays: 7,
      maxMailBytes: 40_000_000,
      envelopeSender: undefined,
      attachmentFolder: undefined,
    });
  });

  for (const baseUrl of ['http://127.0.0.1:1880', 'http://localhost:1880/red', 'http://[::1]:1880']) {
    it(`takes ${baseUrl}, which leads to this machine only`, () =>
      assert.equal(readAppSettings({ ...capture, baseUrl }, {}).baseUrl, baseUrl));
  }

  it('reads everything the editor can save', () => {
    const settings = readAppSettings(
      {
        ...capture,
        identity: ' https://Example.COM/ ',
        sender: 'Shop <shop@example.com>',
        allowedSenders: 'Partner@Example.net, @Example.org,',
        baseUrl: 'https://flows.example.com/red/',
        owner: 'Owner <owner@example.com>',
        alertThrough: 'backupbackup0001',
        rate: '0.5',
        concurrency: 2,
        giveUpAfterHours: '1',
        unknown: 'resend',
        maxMailMb: '25',
        envelopeSender: 'bounce@example.com',
        attachmentFolder: '/srv/files',
      },
      {},
    );
    assert.equal(settings.domain, 'example.com');
    assert.deepEqual(settings.defaultSender, { address: 'shop@example.com', name: 'Shop' });
    assert.deepEqual(settings.allowedSenders, ['partner@example.net', '@example.org']);
    assert.deepEqual(
      [settings.baseUrl, settings.owner, settings.alertThrough],
      ['https://flows.example.com/red', 'owner@example.com', 'backupbackup0001'],
    );
    const { rate, concurrency, giveUpAfter, unknown, maxMailBytes, envelopeSender, attachmentFolder } =
      settings.delivery;
    assert.deepEqual(
      [rate, concurrency, giveUpAfter, unknown, maxMailBytes],
      [0.5, 2, 3600, 'resend', 25_000_000],
    );
    assert.deepEqual([envelopeSender, attachmentFolder], ['bounce@example.com', '/srv/files']);
  });

  it('takes a mailbox as identity, which then is the sender', () => {
    const settings = readAppSettings({ ...capture, identity: 'Me@Example.com' }, {});
    assert.deepEqual([settings.domain, settings.mailbox], [undefined, 'Me@example.com']);
    assert.deepEqual(settings.defaultSender, { address: 'Me@example.com' });
  });

  it('keeps an international domain as A-label', () => {
    assert.equal(
      readAppSettings({ ...capture, identity: 'MÜNCHEN.example' }, {}).domain,
      'xn--mnchen-3ya.example',
    );
  });

  it('looks at the settings of the chosen route only', () => {
    assert.deepEqual(
      readAppSettings({ ...capture, host: '!', port: 'x', security: '?' }, { user: 'u' }).route,
      { kind: 'capture' },
    );
    assert.deepEqual(readAppSettings({ ...capture, route: 'none' }, {}).route, { kind: 'none' });
  });

  describe('route SMTP', () => {
    const ports: [string | undefined, number][] = [
      [undefined, 587],
      ['starttls', 587],
      ['ssl', 465],
      ['none', 25],
    ];
    for (const [security, port] of ports) {
      it(`uses port ${port} for the security ${security}`, () => {
        const route = smtpRoute({ security });
        assert.deepEqual([route.port, route.security], [port, security ?? 'starttls']);
      });
    }

    it('takes hosts as local networks have them', () => {
      for (const host of ['localhost', 'mail_relay', '192.0.2.1', '2001:db8::1', 'a.b-c.example.']) {
        assert.equal(smtpRoute({ host }).host, host);
      }
      for (const ehloName of ['gate.example.com', '[192.0.2.1]', '[IPv6:2001:db8::1]']) {
        assert.equal(smtpRoute({ ehloName }).ehloName, ehloName);
      }
    });

    it('keeps a password to the letter', () => {
      assert.deepEqual(smtpRoute({}, { user: 'u', password: ' p ' }).login, {
        kind: 'password',
        user: 'u',
        password: ' p ',
      });
      assert.equal(smtpRoute({}, { user: '', password: '' }).login, undefined);
    });

    it('checks certificates unless a person switched that off (T48)', () => {
      assert.equal(smtpRoute({}).tls.verify, true);
      assert.equal(smtpRoute({}, {}, { ca: 'CA', servername: 'x' }).tls.verify, true);
      assert.equal(smtpRoute({}, {}, { verifyservercert: '' }).tls.verify, true);
      assert.equal(smtpRoute({}, {}, { verifyservercert: false }).tls.verify, false);
      assert.equal(smtpRoute({}, {}, { rejectUnauthorized: false }).tls.verify, false);
      assert.equal(smtpRoute({}, {}, { ca: Buffer.from('CA') }).tls.ca, 'CA');
      const { ca, key, servername } = smtpRoute({}, {}, { ca: 'CA', key: 'KEY', servername: 'x' }).tls;
      assert.deepEqual([ca, key, servername], ['CA', 'KEY', 'x']);
    });

    it('refuses a client certificate it would not use', () =>
      assertRefused(() => smtpRoute({}, {}, { pfx: Buffer.from('x') }), 'bad-settings', 'tls'));

    it('signs for its own domain unless told otherwise', () => {
      const dkimKey = pem(1024);
      assert.deepEqual(smtpRoute({ dkimSelector: 's1' }, { dkimKey }).dkim, {
        domain: 'example.com',
        selector: 's1',
        privateKey: dkimKey,
      });
      const other = { identity: 'me@example.org', dkimSelector: 's1.mail' };
      assert.equal(smtpRoute(other, { dkimKey }).dkim?.domain, 'example.org');
      assert.equal(
        smtpRoute({ ...other, dkimDomain: 'Example.net' }, { dkimKey }).dkim?.domain,
        'example.net',
      );
    });
  });

  describe('refuses, and names the property', () => {
    const elliptic = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    }).privateKey;
    const cases: [string, config: object, field: string, credentials?: Record<string, unknown>][] = [
      ['no app id', { appId: '' }, 'appId'],
      ['an app id that is a path', { appId: '../../etc' }, 'appId'],
      ['a line break in the name', { name: 'a\nb' }, 'name'],
      ['no identity', { identity: '' }, 'identity'],
      ['an identity that is no domain', { identity: 'localhost' }, 'identity'],
      ['a domain with a path', { identity: 'https://example.com/shop' }, 'identity'],
      ['a domain that looks like another (T8)', { identity: 'ⓔxample.com' }, 'identity'],
      ['a mailbox with a name', { identity: 'Me <me@example.com>' }, 'identity'],
      ['a bad sender', { sender: 'nobody' }, 'sender'],
      ['a foreign sender', { sender: 'me@example.net' }, 'sender'],
      ['a bad further sender', { allowedSenders: 'a@example.net, b' }, 'allowedSenders'],
      ['a bad further domain', { allowedSenders: '@localhost' }, 'allowedSenders'],
      ['a base URL without TLS', { baseUrl: 'http://example.com' }, 'baseUrl'],
      ['a base URL that looks like loopback', { baseUrl: 'http://127.0.0.1.example.com' }, 'baseUrl'],
      ['a relative base URL', { baseUrl: '/red' }, 'baseUrl'],
      ['a base URL with a query', { baseUrl: 'https://example.com/?a' }, 'baseUrl'],
      ['a base URL with a password', { baseUrl: 'https://u:p@example.com/' }, 'baseUrl'],
      ['a bad owner', { owner: 'x' }, 'owner'],
      ['no route', { route: '' }, 'route'],
      ['an unknown route', { route: 'pigeon' }, 'route'],
      ['no host', { host: '' }, 'host'],
      ['a host with a port', { host: 'mail.example.com:25' }, 'host'],
      ['a host with a line break', { host: 'mail\r\nRSET' }, 'host'],
      ['an unknown security', { security: 'tls' }, 'security'],
      ['port 0', { port: '0' }, 'port'],
      ['a port that is no number', { port: 'smtp' }, 'port'],
      ['a port beyond all', { port: 65_536 }, 'port'],
      ['an EHLO name with a line break', { ehloName: 'a\r\nb' }, 'ehloName'],
      ['an EHLO name in odd brackets', { ehloName: '[a]' }, 'ehloName'],
      ['a password without user', {}, 'user', { password: 'secret' }],
      ['a user without password (T57)', {}, 'password', { user: 'u' }],
      ['a selector without key', { dkimSelector: 's' }, 'dkimKey'],
      ['a key without selector', {}, 'dkimSelector', { dkimKey: pem(1024) }],
      ['a bad selector', { dkimSelector: 's_1' }, 'dkimSelector', { dkimKey: pem(1024) }],
      ['a bad signing domain', { dkimSelector: 's', dkimDomain: 'x' }, 'dkimDomain', { dkimKey: pem(1024) }],
      ['a short key', { dkimSelector: 's' }, 'dkimKey', { dkimKey: pem(512) }],
      ['a key that is none', { dkimSelector: 's' }, 'dkimKey', { dkimKey: 'secret' }],
      ['a key of another kind', { dkimSelector: 's' }, 'dkimKey', { dkimKey: elliptic }],
      ['no rate', { rate: 0 }, 'rate'],
      ['a rate that is no number', { rate: 'fast' }, 'rate'],
      ['half a connection', { concurrency: 0.5 }, 'concurrency'],
      ['giving up at once', { giveUpAfterHours: 0 }, 'giveUpAfterHours'],
      ['an unknown policy', { unknown: 'drop' }, 'unknown'],
      ['a queue without end', { maxWaiting: '1e99' }, 'maxWaiting'],
      ['keeping for no time', { keepDays: 0 }, 'keepDays'],
      ['forgetting before it is sent', { contentDays: -1 }, 'contentDays'],
      ['keys kept for no time', { keyDays: -1 }, 'keyDays'],
      ['mails without limit', { maxMailMb: 'Infinity' }, 'maxMailMb'],
      ['a bad envelope sender', { envelopeSender: 'x' }, 'envelopeSender'],
      ['a relative folder', { attachmentFolder: 'files' }, 'attachmentFolder'],
      ['an object for a text', { name: {} }, 'name'],
    ];
    for (const [name, config, field, credentials = {}] of cases) {
      it(name, async () => {
        const error = await assertRefused(
          () => readAppSettings({ ...smtp, ...config }, credentials),
          'bad-settings',
          field,
        );
        assert.doesNotMatch(error.message, /secret|__|PRIVATE/);
      });
    }
  });

  it('answers any settings with settings or an EmailError', () => {
    const keys = [
      'appId',
      'identity',
      'route',
      'sender',
      'allowedSenders',
      'host',
      'baseUrl',
      'rate',
      'name',
      'security',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.anything(), fc.anything(), (key, value, tls) => {
        try {
          readAppSettings({ ...smtp, [key]: value }, {}, { tls });
        } catch (thrown) {
          assert(thrown instanceof EmailError, String(thrown));
        }
      }),
    );
  });
});

describe('normaliseDomain', () => {
  const cases = [
    ['example.com', 'example.com'],
    [' https://Example.COM/ ', 'example.com'],
    ['HTTP://mail.example.com//', 'mail.example.com'],
    ['example.com/shop', 'example.com/shop'],
    ['', ''],
  ];
  for (const [typed, domain] of cases) {
    it(`makes ${JSON.stringify(domain)} of ${JSON.stringify(typed)}`, () =>
      assert.equal(normaliseDomain(String(typed)), domain));
  }
});
