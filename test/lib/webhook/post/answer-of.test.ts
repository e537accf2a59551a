import assert from 'node:assert/strict';
import { answerOf, failureOf } from '../../../../nodes/lib/webhook/post/answer-of.ts';

const now = Date.UTC(2026, 0, 5, 12);

describe('answerOf', () => {
  for (const [value, expected] of [
    ['0', 0],
    ['120', 120_000],
    ['999999999', 999_999_999_000],
    ['1.5', undefined],
    ['-5', undefined],
    ['9999999999', undefined],
    ['soon', undefined],
    ['', undefined],
    ['Mon, 05 Jan 2026 12:01:00 GMT', 60_000],
    ['Mon, 05 Jan 2026 11:00:00 GMT', 0],
    ['2026-01-05T12:01:00Z', undefined],
    ['99 Foo 2026 GMT', undefined],
    [undefined, undefined],
  ] as const) {
    it(`reads Retry-After ${value}`, () => {
      const answer = answerOf(503, { 'retry-after': value }, now);
      assert.equal(answer.kind === 'later' && answer.retryAfter, expected);
    });
  }
});

describe('failureOf', () => {
  for (const [code, expected] of [
    ['ENOTFOUND', 'dns-failed'],
    ['EAI_AGAIN', 'dns-failed'],
    ['ECONNREFUSED', 'connect-failed'],
    ['EHOSTUNREACH', 'connect-failed'],
    ['UND_ERR_CONNECT_TIMEOUT', 'connect-failed'],
    ['CERT_HAS_EXPIRED', 'tls-failed'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls-failed'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls-failed'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tls-failed'],
    ['EPROTO', 'tls-failed'],
    ['ECONNRESET', 'connection-lost'],
    ['UND_ERR_SOCKET', 'connection-lost'],
    ['HPE_INVALID_CONSTANT', 'bad-answer'],
    ['UND_ERR_HEADERS_OVERFLOW', 'bad-answer'],
    ['UND_ERR_DESTROYED', 'app-closed'],
  ] as const) {
    it(`calls ${code} ${expected}`, () => {
      const answer = failureOf(Object.assign(new Error('with hunter2 in it'), { code }));
      assert.deepEqual([answer.kind, 'code' in answer && answer.code], ['later', expected]);
      assert.doesNotMatch(JSON.stringify(answer), /hunter2/);
    });
  }

  it('knows anything that is thrown', () => {
    for (const thrown of [undefined, null, 'text', {}, new Error('x'), { code: Symbol('x') }]) {
      assert.equal(failureOf(thrown).kind, 'later');
    }
  });
});
