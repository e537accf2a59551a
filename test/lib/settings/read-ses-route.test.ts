import assert from 'node:assert/strict';
import { readAppSettings } from '../../../nodes/lib/settings/read-app-settings.ts';
import { assertRefused } from '../../support/assert-refused.ts';

const ses = {
  name: 'Shop',
  appId: 'app00001',
  identity: 'example.com',
  route: 'ses',
  region: 'eu-central-1',
  awsAuth: 'keys',
};
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'very secret' };

function sesRoute(config: object = {}, credentials: Record<string, unknown> = keys) {
  const { route } = readAppSettings({ ...ses, ...config }, credentials);
  assert(route.kind === 'ses');
  return route;
}

describe('readSesRoute', () => {
  it('reads everything the editor can save', () => {
    const config = { awsEndpoint: 'http://127.0.0.1:4566/', configurationSet: ' shop_1 ', sesBulk: true };
    assert.deepEqual(sesRoute(config, { ...keys, sessionToken: ' token ' }), {
      kind: 'ses',
      aws: {
        region: 'eu-central-1',
        keys: { ...keys, sessionToken: 'token' },
        endpoint: 'http://127.0.0.1:4566',
        proxy: undefined,
      },
      configurationSet: 'shop_1',
      bulk: true,
    });
  });

  it('fills in what the editor left empty', () => {
    assert.deepEqual(sesRoute({ awsEndpoint: '', configurationSet: '', sesBulk: undefined }), {
      kind: 'ses',
      aws: {
        region: 'eu-central-1',
        keys: { ...keys, sessionToken: undefined },
        endpoint: undefined,
        proxy: undefined,
      },
      configurationSet: undefined,
      bulk: false,
    });
  });

  it('leaves the keys to AWS where that was chosen, whatever was typed before', () =>
    assert.equal(sesRoute({ awsAuth: 'chain' }).aws.keys, undefined));

  it('takes the blanks away that copying a key leaves', () => {
    const { aws } = sesRoute({}, { accessKeyId: ' AKIDEXAMPLE ', secretAccessKey: ' very secret\n' });
    assert.deepEqual(aws.keys, { ...keys, sessionToken: undefined });
  });

  it('goes through the proxy of the environment', () => {
    const proxy = { https: 'http://proxy.example.com:3128' };
    const { route } = readAppSettings(ses, keys, { proxy });
    assert.deepEqual(route.kind === 'ses' && route.aws.proxy, { ...proxy, http: undefined });
  });

  for (const region of ['us-east-1', 'ap-southeast-3', 'us-gov-west-1', 'cn-north-1', 'EU-Central-1']) {
    it(`takes the region ${region}`, () =>
      assert.equal(sesRoute({ region }).aws.region, region.toLowerCase()));
  }

  const cases: [string, config: object, field: string, credentials?: Record<string, unknown>][] = [
    ['no region', { region: '' }, 'region'],
    ['a region that is a host', { region: 'evil.example.com' }, 'region'],
    ['a region that ends the host name', { region: 'x.evil.example.com/#-1' }, 'region'],
    ['a region with a user', { region: 'a@evil-1' }, 'region'],
    ['a region over two lines', { region: 'eu-central-1\nx' }, 'region'],
    ['no key id', {}, 'accessKeyId', { secretAccessKey: 'very secret' }],
    ['no secret (T57)', {}, 'secretAccessKey', { accessKeyId: 'AKIDEXAMPLE' }],
    ['a blank secret', {}, 'secretAccessKey', { ...keys, secretAccessKey: '  ' }],
    ['another source of keys', { awsAuth: 'file' }, 'awsAuth'],
    ['an endpoint without TLS', { awsEndpoint: 'http://email.example.com' }, 'awsEndpoint'],
    ['an endpoint that is none', { awsEndpoint: 'email.example.com' }, 'awsEndpoint'],
    ['a set with a path', { configurationSet: '../x' }, 'configurationSet'],
    ['a set with a long name', { configurationSet: 'a'.repeat(65) }, 'configurationSet'],
    ['bulk that is neither on nor off', { sesBulk: 'yes' }, 'sesBulk'],
  ];
  for (const [name, config, field, credentials] of cases) {
    it(`refuses ${name}`, async () => {
      const error = await assertRefused(() => sesRoute(config, credentials), 'bad-settings', field);
      assert.doesNotMatch(error.message, /very|AKID/);
    });
  }
});
