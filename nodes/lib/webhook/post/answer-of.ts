/** What a receiver answered, or how a try failed, comes in; what that means for the webhook goes out. Pure. */
import type { IncomingHttpHeaders } from 'node:http';
import type { WebhookAnswer } from '../webhook-answer.ts';
import { blockedReceiver } from './receiver.ts';

/**
 * Anything but 2xx and 410 is tried again: receivers are deployed with a wrong route or key for hours, and an event must
 * not be lost by that. A redirect is not followed: it may lead to where no webhook must go.
 */
export function answerOf(status: number, headers: IncomingHttpHeaders, now: number): WebhookAnswer {
  if (status >= 200 && status < 300) return { kind: 'taken', status };
  if (status === 410) return { kind: 'gone', status };
  const code = codeOf(status);
  return {
    kind: 'later',
    status,
    retryAfter: readRetryAfter(headers['retry-after'], now),
    code,
    why: `the receiver answered ${status}${code === 'redirected' ? ', a redirect, which is not followed' : ''}`,
  };
}

function codeOf(status: number): string {
  if ([408, 425, 429, 503].includes(status)) return 'receiver-busy';
  if (status >= 500) return 'receiver-failed';
  return status >= 400 ? 'receiver-refused' : 'redirected';
}

/** RFC 9110 section 10.2.3: seconds or a date; in ms from `now`. */
function readRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const at = / GMT$/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isFinite(at) ? Math.max(0, at - now) : undefined;
}

/** Code of the system, of TLS or of undici; what we say of it. Their own words may quote what was asked for. */
const failures: readonly (readonly [RegExp, string, string])[] = [
  [
    /^(ENOTFOUND|EAI_\w+|ENODATA|ESERVFAIL)$/,
    'dns-failed',
    'the receiver’s host name could not be looked up',
  ],
  [/^UND_ERR_ABORTED$/, 'proxy-failed', 'the proxy made no connection to the receiver'],
  [/^(UND_ERR_CLOSED|UND_ERR_DESTROYED)$/, 'app-closed', 'the email app was closed'],
  [
    /^(HPE_\w+|HTTPParserError|UND_ERR_(HEADERS_OVERFLOW|RES_\w+))$/,
    'bad-answer',
    'the receiver’s answer is no HTTP',
  ],
  [/CERT|SELF_SIGNED|^UNABLE_TO_|^ERR_(TLS|SSL)|^EPROTO$/, 'tls-failed', 'there was no agreement on TLS'],
  [
    /^(ECONNREFUSED|E(HOST|NET)UNREACH|ENETDOWN|EADDR\w+|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/,
    'connect-failed',
    'no connection to the receiver',
  ],
];

export function failureOf(thrown: unknown): WebhookAnswer {
  const { code: given, name = 'unknown' } = (thrown ?? {}) as {
    readonly code?: unknown;
    readonly name?: unknown;
  };
  const code = String(given ?? name).slice(0, 60);
  if (code === blockedReceiver.code) return { kind: 'refused', ...blockedReceiver };
  if (code === 'UND_ERR_INVALID_ARG') {
    return { kind: 'refused', code: 'bad-webhook', why: 'it cannot be written as an HTTP request' };
  }
  const [, ours, what] = failures.find(([pattern]) => pattern.test(code)) ?? [];
  if (ours === undefined || what === undefined) {
    return {
      kind: 'later',
      code: 'connection-lost',
      why: `the connection ended without an answer (${code})`,
    };
  }
  return { kind: 'later', code: ours, why: `${what} (${code})` };
}

export function timedOut(ms: number): WebhookAnswer {
  return { kind: 'later', code: 'no-answer', why: `no answer within ${ms / 1000} seconds` };
}

export const closedBefore: WebhookAnswer = failureOf({ code: 'UND_ERR_CLOSED' });
