/** What the flow gets of a webhook, in `msg.email.webhook`. */
export interface WebhookResult {
  readonly id: string;
  readonly type: string;
  readonly status: 'delivered' | 'failed';
  /** Without user, password and query. */
  readonly url: string;
  /** HTTP status of the last answer, if there was one. */
  readonly httpStatus?: number;
  readonly attempts: number;
  readonly code: string;
  readonly reason: string;
  /** ms since the epoch */
  readonly acceptedAt: number;
  readonly settledAt: number;
}
