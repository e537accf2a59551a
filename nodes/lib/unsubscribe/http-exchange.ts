/** A request to a public page and its answer, as plain facts. */
import type { Evidence } from '../suppression/suppression-list.ts';

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

const longestAgent = 256;

export function evidenceOf({ ip, userAgent }: HttpFacts): Evidence {
  return { ip, userAgent: userAgent?.slice(0, longestAgent) };
}
