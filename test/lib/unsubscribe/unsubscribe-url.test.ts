import assert from 'node:assert/strict';
import { readUnsubscribePath, unsubscribeUrl } from '../../../nodes/lib/unsubscribe/unsubscribe-url.ts';

describe('unsubscribeUrl', () => {
  for (const base of ['https://a.example', 'https://a.example/', 'https://a.example/red/nodes//']) {
    it(`is read again below ${base}`, () => {
      const { pathname } = new URL(unsubscribeUrl(base, 'app00001', 'To_k-1'));
      assert.deepEqual(readUnsubscribePath(pathname), { appId: 'app00001', token: 'To_k-1' });
    });
  }
});

describe('readUnsubscribePath', () => {
  it('takes a query, a slash at the end and an empty token', () => {
    assert.deepEqual(readUnsubscribePath('/email-app/app00001/unsubscribe/T?utm=1/2'), {
      appId: 'app00001',
      token: 'T',
    });
    assert.deepEqual(readUnsubscribePath('/email-app/app00001/unsubscribe/T/'), {
      appId: 'app00001',
      token: 'T',
    });
    assert.deepEqual(readUnsubscribePath('/email-app/app00001/unsubscribe/'), {
      appId: 'app00001',
      token: '',
    });
  });

  for (const url of [
    '/',
    '/email-app/app00001/sns',
    '/email-app/app1/unsubscribe/T',
    '/email-app/APP00001/unsubscribe/T',
    '/email-app/app00001/unsubscribe/T/more',
    '/email-app/../app00001/unsubscribe',
    `/email-app/app00001/unsubscribe/${'a'.repeat(3000)}`,
  ]) {
    it(`leaves ${url.slice(0, 50)} to others`, () => {
      assert.equal(readUnsubscribePath(url), undefined);
    });
  }
});
