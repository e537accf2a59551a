// Reads a request from the wire, byte for byte: its signature covers them.
import type { IncomingMessage } from 'node:http';

export interface AwsRequest {
  readonly method: string;
  /** As sent, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** As sent. */
  readonly body: Buffer;
  /** Aborted when the client hangs up before the answer. */
  readonly gone: AbortSignal;
}

export async function readRequest(incoming: IncomingMessage, gone: AbortSignal): Promise<AwsRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const [path = '/', search = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) headers[name] = [value].flat().join(',');
  return {
    method: incoming.method ?? 'GET',
    path,
    query: new URLSearchParams(search),
    headers,
    body: Buffer.concat(chunks),
    gone,
  };
}
