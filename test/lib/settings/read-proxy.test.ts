import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { readProxy } from '../../../nodes/lib/settings/read-proxy.ts';

describe('readProxy', () => {
  it('takes a proxy as other programs do', () => {
    assert.deepEqual(
      readProxy({ http: 'proxy.example.com:3128', https: 'http://joe:pa55@proxy:1', except: '.local' }),
      { http: 'http://proxy.example.com:3128', https: 'http://joe:pa55@proxy:1', except: '.local' },
    );
    assert.equal(readProxy(undefined), undefined);
  });

  for (const wrong of ['http://joe:pa55@[bad', 'http://joe:pa55@proxy:99999', 'socks5://joe:pa55@proxy:1080'])
    it(`refuses ${wrong} without showing its password`, () => {
      assert.throws(
        () => readProxy({ https: wrong }),
        (thrown: EmailError) => {
          assert.deepEqual([thrown.code, thrown.field], ['bad-settings', 'HTTPS_PROXY']);
          assert.doesNotMatch(inspect(thrown, { depth: 9, showHidden: true }), /pa55/);
          return true;
        },
      );
    });
});
