import assert from 'node:assert/strict';
import type { Route } from '../../../nodes/lib/settings/app-settings.ts';
import {
  type InboundSources,
  readInboundSettings,
} from '../../../nodes/lib/settings/read-inbound-settings.ts';
import { assertRefused } from '../../support/assert-refused.ts';

const route: Route = { kind: 'none' };
const read = (config: object, credentials: object = {}, more: Partial<InboundSources> = {}) =>
  readInboundSettings({ config: { ...config }, credentials: { ...credentials }, route, ...more });

const smtp = { inboundSmtp: true, receiverHost: 'Mail-In.example.com' };
const imap = { inboundImap: true, imapHost: 'imap.example.com' };
const login = { imapUser: 'ann', imapPassword: ' s p ' };
const ses: Route = { kind: 'ses', bulk: false, aws: { region: 'eu-central-1' } };
const topic = 'arn:aws:sns:eu-central-1:123456789012:email-app-x-events';

describe('readInboundSettings', () => {
  it('receives nothing unless a source is on, whatever else is set', () => {
    const settings = read({ receiverHost: '???', imapHost: '???', sesTopics: '???' });
    assert.deepEqual(settings, {
      ...{ smtp: undefined, imap: undefined, ses: undefined, http: undefined },
      ...{ maxMailBytes: 40_000_000, maxKeptBytes: 1_000_000_000, setAsideDays: 30, keepDays: 3 },
    });
  });

  it('keeps what flows have had for as many days as wished, or not at all', () => {
    assert.equal(read({ receivedDays: '0' }).keepDays, 0);
    assert.equal(read({ receivedDays: '365' }).keepDays, 365);
    for (const receivedDays of ['366', '-1', 'x'])
      assert.throws(() => read({ receivedDays }), { code: 'bad-settings', field: 'receivedDays' });
  });

  it('fills in what an SMTP receiver needs', () =>
    assert.deepEqual(read({ ...smtp, receiverAddresses: 'Support@example.com, @In.Example.com' }).smtp, {
      ...{ host: 'mail-in.example.com', address: '0.0.0.0', port: 2525, tls: undefined },
      addresses: ['support@example.com', '@in.example.com'],
    }));

  it('fills in what an IMAP mailbox needs, and keeps the password as it is', () =>
    assert.deepEqual(read(imap, login).imap, {
      ...{ host: 'imap.example.com', port: 993, security: 'ssl', folder: 'INBOX' },
      tls: {
        ca: undefined,
        cert: undefined,
        key: undefined,
        passphrase: undefined,
        servername: undefined,
        verify: true,
      },
      afterRead: { kind: 'seen' },
      login: { kind: 'password', user: 'ann', password: ' s p ' },
    }));

  it('takes the usual port of the security', () =>
    assert.equal(read({ ...imap, imapSecurity: 'starttls' }, login).imap?.port, 143));

  it('shares the sign-in of the SMTP route', () => {
    const shared = { kind: 'oauth', user: 'box@example.com', oauth: {} };
    const oauth = { kind: 'smtp', login: shared } as unknown as Route;
    const settings = read({ ...imap, imapAuth: 'oauth' }, {}, { route: oauth });
    assert.deepEqual(settings.imap?.login, { kind: 'oauth', user: 'box@example.com' });
  });

  it('asks Amazon only on its own route', () => assert.equal(read({ inboundSes: true }).ses, undefined));

  it('takes the topics that may post', () =>
    assert.deepEqual(
      read({ inboundSes: true, sesNotices: 'endpoint', sesTopics: topic }, {}, { route: ses }).ses,
      { by: 'endpoint', topics: [topic] },
    ));

  for (const [title, field, config, credentials, more] of [
    ['a receiver without a host name', 'receiverHost', { inboundSmtp: true }],
    ['a receiver at no IP address', 'receiverAddress', { ...smtp, receiverAddress: 'localhost' }],
    ['an address that is none', 'receiverAddresses', { ...smtp, receiverAddresses: 'support' }],
    ['a certificate without its key', 'receiverTls', smtp, {}, { receiverTls: { cert: 'PEM' } }],
    ['no user name', 'imapUser', imap],
    ['no password', 'imapPassword', imap, { imapUser: 'ann' }],
    ['a user name with a line break', 'imapUser', imap, { imapUser: 'ann\r\nb', imapPassword: 'x' }],
    ['a folder with a line break', 'imapFolder', { ...imap, imapFolder: 'IN\r\nBOX' }, login],
    ['nowhere to move to', 'imapMoveTo', { ...imap, imapAfterRead: 'move' }, login],
    [
      'a move to the same folder',
      'imapMoveTo',
      { ...imap, imapAfterRead: 'move', imapMoveTo: 'inbox' },
      login,
    ],
    ['OAuth that the route does not use', 'imapAuth', { ...imap, imapAuth: 'oauth' }],
    [
      'an endpoint for any topic',
      'sesTopics',
      { inboundSes: true, sesNotices: 'endpoint' },
      {},
      { route: ses },
    ],
    ['a topic that is none', 'sesTopics', { inboundSes: true, sesTopics: 'arn:aws:sns' }, {}, { route: ses }],
    ['no secret', 'httpSecret', { inboundHttp: true }],
    ['a short secret', 'httpSecret', { inboundHttp: true }, { httpSecret: 'short' }],
    ['a secret that fits in no header', 'httpSecret', { inboundHttp: true }, { httpSecret: 'ä'.repeat(20) }],
  ] as [string, string, object, object?, Partial<InboundSources>?][]) {
    it(`refuses ${title}`, () => assertRefused(() => read(config, credentials, more), 'bad-settings', field));
  }
});
