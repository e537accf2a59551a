/** HTTP as the AWS SDK speaks it to its request handler. */
import type { Readable } from 'node:stream';

export interface SdkHttpRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: SdkHttpQuery;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | Readable | null;
}

export type SdkHttpQuery = Readonly<Record<string, string | readonly string[] | null>>;

export interface SdkHttpResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  /** A stream where the answer was asked for as one. */
  readonly body: Uint8Array | Readable;
}

export interface SdkHttpHandler {
  readonly metadata: { readonly handlerProtocol: 'http/1.1' };
  handle(request: SdkHttpRequest): Promise<{ response: SdkHttpResponse }>;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): Record<string, never>;
  destroy(): void;
}

export function pathOf({ path, query = {} }: SdkHttpRequest): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => {
    if (value === null) return [encoded(name)];
    return [value].flat().map((one) => `${encoded(name)}=${encoded(one)}`);
  });
  return pairs.length > 0 ? `${path}?${pairs.join('&')}` : path;
}

/** RFC 3986, as AWS signs it. */
function encoded(text: string): string {
  const hex = (mark: string): string => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, hex);
}

export function flatHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
