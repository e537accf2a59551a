import assert from 'node:assert/strict';
import { clientAddress } from '../../../nodes/lib/unsubscribe/client-address.ts';

const trusted = ['127.0.0.1', '10.0.0.0/8', '2001:db8::/32', 'nonsense', '1.2.3.4/99', ''];

const cases: [what: string, peer: string, forwardedFor: string | undefined, client: string][] = [
  ['a stranger', '9.9.9.9', undefined, '9.9.9.9'],
  ['a stranger who claims another address', '9.9.9.9', '1.1.1.1', '9.9.9.9'],
  ['a client behind a proxy', '127.0.0.1', '1.1.1.1', '1.1.1.1'],
  ['a client behind two proxies', '127.0.0.1', '1.1.1.1, 10.2.3.4', '1.1.1.1'],
  ['a client who put a claim before the proxies', '127.0.0.1', '6.6.6.6, 1.1.1.1, 10.2.3.4', '1.1.1.1'],
  ['a proxy that says nothing', '127.0.0.1', undefined, '127.0.0.1'],
  ['a proxy that says nonsense', '127.0.0.1', 'unknown', '127.0.0.1'],
  ['IPv4 in IPv6', '::ffff:127.0.0.1', '::ffff:1.1.1.1', '1.1.1.1'],
  ['IPv6', '2001:db8::7', '2a00::1', '2a00::1'],
  ['an entry that is no block', '1.2.3.4', '5.5.5.5', '1.2.3.4'],
];

describe('clientAddress', () => {
  for (const [what, peer, forwardedFor, client] of cases) {
    it(`names ${what}`, () => {
      assert.equal(clientAddress(trusted)(peer, forwardedFor), client);
    });
  }

  it('trusts nobody by default', () => {
    assert.equal(clientAddress([])('127.0.0.1', '1.1.1.1'), '127.0.0.1');
  });

  it('reads a header of any length', () => {
    assert.equal(clientAddress(['0.0.0.0/0'])('1.1.1.1', '2.2.2.2,'.repeat(5000)), '1.1.1.1');
  });
});
