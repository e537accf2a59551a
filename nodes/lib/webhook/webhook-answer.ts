/** What one try of a webhook came to. */
export type WebhookAnswer =
  /** 2xx */
  | { readonly kind: 'taken'; readonly status: number }
  /** 410: the receiver wants no more of them, ever. */
  | { readonly kind: 'gone'; readonly status: number }
  /** Trying again can help; `retryAfter` in ms, as the receiver asked. */
  | {
      readonly kind: 'later';
      readonly status?: number;
      readonly retryAfter?: number;
      readonly code: string;
      readonly why: string;
    }
  /** Trying again cannot help. */
  | { readonly kind: 'refused'; readonly status?: number; readonly code: string; readonly why: string };

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Connections to receivers, kept while they are of use. Never throws for what a receiver or the network does. */
export interface WebhookPoster {
  post(request: WebhookRequest): Promise<WebhookAnswer>;
  close(): Promise<void>;
}
