import assert from 'node:assert/strict';
import { proxyOf } from '../../nodes/glue/proxy-of.ts';

describe('proxyOf', () => {
  it('finds none where none is named', () =>
    assert.equal(proxyOf({ NO_PROXY: 'localhost', HTTP_PROXY: '' }), undefined));

  it('takes the names in capitals, and prefers the small ones', () => {
    assert.deepEqual(
      proxyOf({ HTTP_PROXY: 'http://a:1', https_proxy: 'http://b:2', HTTPS_PROXY: 'http://c:3' }),
      {
        http: 'http://a:1',
        https: 'http://b:2',
        except: undefined,
      },
    );
  });

  it('knows the exceptions', () =>
    assert.equal(
      proxyOf({ HTTPS_PROXY: 'http://a:1', NO_PROXY: 'localhost,.example.com' })?.except,
      'localhost,.example.com',
    ));
});
