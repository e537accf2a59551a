/** An error comes in; the status and headers of an HTTP answer that tells of it go out. */
import type { ErrorCode } from '../kernel/error-sentences.ts';
import type { EmailError } from '../kernel/errors.ts';

export interface HttpFailure {
  readonly httpStatus: number;
  readonly httpHeaders: Readonly<Record<string, string>>;
}

/** Of the set-up, not of the request: whoever sent that can do nothing about it. */
const ourFaults: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'bad-settings',
  'missing-app',
  'no-route',
  'app-in-use',
  'needs-newer-node',
  'missing-package',
  'missing-base-url',
  'store-in-use',
  'store-newer',
  'store-corrupt',
  'store-unavailable',
  'wrong-key',
  'bad-keys',
  'keys-exposed',
  'internal-error',
]);

/** 400 where the request is at fault, 503 where the same request can succeed later, else 500. */
export function httpFailure({ code, detail, retryable }: EmailError): HttpFailure {
  if (code === 'bad-api-key') return failure(401, { 'www-authenticate': String(detail.scheme) });
  if (code === 'too-many-requests') return failure(429, { 'retry-after': String(detail.seconds) });
  if (code === 'idempotency-conflict') return failure(409);
  if (retryable || code === 'app-closed') return failure(503);
  return failure(ourFaults.has(code) ? 500 : 400);
}

function failure(httpStatus: number, httpHeaders: HttpFailure['httpHeaders'] = {}): HttpFailure {
  return { httpStatus, httpHeaders };
}
