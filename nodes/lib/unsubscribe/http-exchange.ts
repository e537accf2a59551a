/** A request to a public page and its answer, as plain facts. */

export interface HttpFacts {
  /** Upper case. */
  readonly method: string;
  readonly token: string;
  readonly contentType?: string;
  /** What was sent, or a little more than `longestBody` of it. */
  readonly body: Uint8Array;
  /** Who asks: see `clientAddress`. */
  readonly ip: string;
  readonly userAgent?: string;
  readonly acceptLanguage?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
