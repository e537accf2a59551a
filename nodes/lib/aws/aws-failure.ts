/** What the AWS SDK throws comes in; an EmailError that says what to do, and holds no key or header, goes out. */
import { EmailError } from '../kernel/errors.ts';
import { lostFailure } from './lost-failure.ts';
import { isSending } from './sending-operations.ts';
import { keysNotFound, serviceFailure } from './service-failure.ts';
import { Unanswered } from './unanswered.ts';

/** What may stand on an error of the SDK. */
interface SdkError extends Error {
  /** Of the system or TLS, when the SDK's own HTTP handler is used. */
  readonly code?: unknown;
  /** `client` or `server` on an error that the service named. */
  readonly $fault?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  /** Set when an answer came that could not be read. */
  readonly $response?: { readonly statusCode?: number };
}

/**
 * `deed` is what was to be done, as IAM names it: `ses:SendEmail`. The failure's `detail.name` is AWS's own name of it.
 * Nothing else of `thrown` is kept but its status and, where AWS does not quote the request in them, its words.
 */
export function awsFailure(thrown: unknown, deed: string): EmailError {
  if (thrown instanceof EmailError) return thrown;
  const { name, message, code, $fault, $metadata, $response } = (thrown ?? {}) as SdkError;
  const [said, words] = [textOr('unknown', name), textOr('', message)];
  const status = $metadata?.httpStatusCode ?? $response?.statusCode ?? 0;
  const isNamed = typeof $fault === 'string' && said !== 'Unknown';
  if (/^(Credentials|Token)ProviderError$/.test(said)) return keysNotFound(said);
  if (isSending(deed) && !isNamed && isTurnedAway(status)) return strangerFailure(status, deed);
  if (typeof $fault === 'string') return serviceFailure({ name: said, message: words, status }, deed);
  if (thrown instanceof Unanswered) return lostFailure(thrown, deed);
  if ($response !== undefined)
    return lostFailure({ code: said, message: 'the answer is not one of AWS', written: true }, deed);
  if (typeof code === 'string' || said === 'TimeoutError')
    return lostFailure(
      { code: textOr(said, code), message: words, written: !isBeforeWriting(code, words) },
      deed,
    );
  return new EmailError('internal-error', { detail: { why: `${deed} ended with ${said}`, name: said } });
}

/** What was read from an answer may be of any type. */
function textOr(otherwise: string, value: unknown): string {
  return typeof value === 'string' ? value : otherwise;
}

/** SES names its refusals: a redirect or refusal without a name is that of a proxy or a router, and SES has nothing. */
function isTurnedAway(status: number): boolean {
  return status >= 300 && status < 500 && ![400, 408, 413, 429].includes(status);
}

function strangerFailure(status: number, deed: string): EmailError {
  return lostFailure(
    { code: `HTTP ${status}`, message: `it is not AWS that answers (HTTP ${status})`, written: false },
    deed,
  );
}

/** Of a connection that never stood; only what proves it. */
const unconnected =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CERT_\w+|UNABLE_TO_\w+|\w*SELF_SIGNED\w*|ERR_TLS_CERT_\w+)$/;

function isBeforeWriting(code: unknown, message: string): boolean {
  return unconnected.test(String(code)) || message.includes('without establishing a connection');
}
