import assert from 'node:assert/strict';
import { readStoreSettings } from '../../../nodes/lib/settings/read-store-settings.ts';
import { assertRefused } from '../../support/assert-refused.ts';

const config = {
  storeKind: 'postgres',
  storeHost: 'db.example.com',
  storeDatabase: 'mail',
  storeUser: 'email',
};
const credentials = { storePassword: ' s3cret' };
const url = 'postgres://me%40here:p%2Fw@127.0.0.1:6000/mail';

describe('readStoreSettings', () => {
  it('keeps an app in its folder unless it says otherwise', () => {
    assert.deepEqual(readStoreSettings({ config: {}, credentials: {}, url }), { kind: 'file' });
  });

  it('takes the database of the dialog, with TLS that checks the certificate', () => {
    const store = readStoreSettings({ config, credentials, url });
    assert.ok(store.kind === 'postgres');
    const { tls, ...place } = store;
    assert.deepEqual(place, {
      kind: 'postgres',
      host: 'db.example.com',
      port: 5432,
      database: 'mail',
      user: 'email',
      password: ' s3cret',
      connections: 4,
    });
    assert.equal(tls?.verify, true);
  });

  it('goes without TLS only where that was chosen', () => {
    const store = readStoreSettings({ config: { ...config, storeSecurity: 'none' }, credentials });
    assert.equal(store.kind === 'postgres' && store.tls, undefined);
  });

  it('takes the address of the environment when the dialog names no host', () => {
    const store = readStoreSettings({ config: { storeKind: 'postgres' }, credentials: {}, url });
    assert.ok(store.kind === 'postgres');
    const { host, port, database, user, password } = store;
    assert.deepEqual(
      { host, port, database, user, password },
      { host: '127.0.0.1', port: 6000, database: 'mail', user: 'me@here', password: 'p/w' },
    );
  });

  const refused: [string, object, string | undefined, string][] = [
    ['no host anywhere', { storeKind: 'postgres' }, undefined, 'storeHost'],
    ['a scheme in the host', { ...config, storeHost: 'postgres://db' }, undefined, 'storeHost'],
    ['no database', { ...config, storeDatabase: ' ' }, undefined, 'storeDatabase'],
    ['no user', { ...config, storeUser: '' }, undefined, 'storeUser'],
    ['an unknown store', { storeKind: 'mysql' }, undefined, 'storeKind'],
    ['too many connections', { ...config, storeConnections: '51' }, undefined, 'storeConnections'],
    ['an address of another program', { storeKind: 'postgres' }, 'mysql://a:b@c/d', 'EMAIL_APP_POSTGRES'],
    ['an address without a database', { storeKind: 'postgres' }, 'postgres://a:b@c/', 'EMAIL_APP_POSTGRES'],
    ['an address with options', { storeKind: 'postgres' }, `${url}?sslmode=no`, 'EMAIL_APP_POSTGRES'],
    ['a broken escape', { storeKind: 'postgres' }, 'postgres://%zz:b@c/d', 'EMAIL_APP_POSTGRES'],
  ];
  for (const [what, given, address, field] of refused)
    it(`refuses ${what}`, () =>
      assertRefused(
        () => readStoreSettings({ config: given as typeof config, credentials, url: address }),
        'bad-settings',
        field,
      ));

  it('tells no password in a refusal', () => {
    assert.throws(
      () =>
        readStoreSettings({
          config: { storeKind: 'postgres' },
          credentials,
          url: 'postgres://u:topsecret@h/d?x=1',
        }),
      (error: Error) => !error.message.includes('topsecret'),
    );
  });
});
