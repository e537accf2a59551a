/** A call without an answer comes in; what that means goes out: nothing was done, or nobody knows. Pure. */
import { EmailError } from '../kernel/errors.ts';
import { isSending } from './sending-operations.ts';

export interface LostCall {
  /** Of the system, of TLS or of the HTTP client. */
  readonly code: string;
  readonly message: string;
  /** False if it is certain that nothing of the request was written. */
  readonly written: boolean;
}

const reasons: readonly (readonly [RegExp, string])[] = [
  [/^ENOTFOUND$/, 'there is no such host; check the region, the endpoint and the DNS of this machine'],
  [/^EAI_AGAIN$/, 'the DNS of this machine does not answer'],
  [/^ECONNREFUSED$/, 'nothing answers on that port; check the endpoint and the proxy'],
  [/^(EHOSTUNREACH|ENETUNREACH)$/, 'there is no way to its network'],
  [/^(ETIMEDOUT|TimeoutError|UND_ERR_\w*TIMEOUT)$/, 'it does not answer in time'],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, 'the connection broke'],
  [
    /^(CERT_|ERR_TLS|ERR_SSL|EPROTO|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/,
    'its TLS certificate is not accepted',
  ],
];

/** A sent mail may have been taken unless nothing was written: that is `no-answer`, and not tried again by itself. */
export function lostFailure({ code, message, written }: LostCall, deed: string): EmailError {
  const known = reasons.find(([pattern]) => pattern.test(code))?.[1];
  const why = known ? `${known} (${message})` : message;
  const detail = { name: code, value: deed, why };
  if (written && isSending(deed)) return new EmailError('no-answer', { detail });
  return new EmailError('aws-unreachable', { detail, retryable: true });
}
