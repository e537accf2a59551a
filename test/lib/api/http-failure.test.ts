import assert from 'node:assert/strict';
import { httpFailure } from '../../../nodes/lib/api/http-failure.ts';
import type { ErrorCode } from '../../../nodes/lib/kernel/error-sentences.ts';
import { EmailError, type EmailErrorOptions } from '../../../nodes/lib/kernel/errors.ts';

const failures: [ErrorCode, EmailErrorOptions, number, object][] = [
  ['bad-request', { field: 'to' }, 400, {}],
  ['too-many-recipients', {}, 400, {}],
  ['no-notifier', {}, 400, {}],
  ['bad-api-key', { detail: { scheme: 'Bearer' } }, 401, { 'www-authenticate': 'Bearer' }],
  ['idempotency-conflict', {}, 409, {}],
  ['too-many-requests', { detail: { seconds: 7 }, retryable: true }, 429, { 'retry-after': '7' }],
  ['queue-full', { retryable: true }, 503, {}],
  ['disk-full', { retryable: true }, 503, {}],
  ['app-closed', {}, 503, {}],
  ['bad-settings', { field: 'apiKeys' }, 500, {}],
  ['no-route', {}, 500, {}],
  ['internal-error', {}, 500, {}],
];

describe('httpFailure', () => {
  for (const [code, options, httpStatus, httpHeaders] of failures) {
    it(`answers ${httpStatus} for ${code}`, () =>
      assert.deepEqual(httpFailure(new EmailError(code, options)), { httpStatus, httpHeaders }));
  }
});
