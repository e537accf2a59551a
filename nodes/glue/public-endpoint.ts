import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NodeAPI } from 'node-red';
import { type ClientAddress, clientAddress } from '../lib/unsubscribe/client-address.ts';
import type { HttpAnswer, HttpFacts } from '../lib/unsubscribe/http-exchange.ts';
import { longestBody } from '../lib/unsubscribe/one-click-request.ts';
import { readUnsubscribePath } from '../lib/unsubscribe/unsubscribe-url.ts';
import { readSentBody } from './read-sent-body.ts';

export interface PublicPages {
  /** Addresses and CIDR blocks whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  answer(facts: HttpFacts): Promise<HttpAnswer>;
}

/** The public pages of all apps of one Node-RED. */
export interface PublicEndpoint {
  /** From now on the app's pages are answered by these; the returned function ends it. */
  serve(appId: string, pages: PublicPages): () => void;
  /** For any server; what is not ours is left to `next`. */
  handle(request: IncomingMessage, response: ServerResponse, next: () => void): void;
}

/** Mounted once, since Express has no public way to take a route away again: apps come and go in a map of ours. */
export function mountPublicEndpoint(RED: NodeAPI): PublicEndpoint {
  const endpoint = publicEndpoint();
  RED.httpNode.use((request, response, next) => endpoint.handle(request, response, next));
  return endpoint;
}

interface ServedPages {
  readonly pages: PublicPages;
  readonly clientOf: ClientAddress;
}

export function publicEndpoint(): PublicEndpoint {
  const served = new Map<string, ServedPages>();
  /** Apps that are being deployed again: a mail program that posts just then should try once more. */
  const known = new Set<string>();
  return {
    serve(appId, pages) {
      const mine: ServedPages = { pages, clientOf: clientAddress(pages.trustedProxies) };
      served.set(appId, mine);
      known.add(appId);
      return () => {
        if (served.get(appId) === mine) served.delete(appId);
      };
    },
    handle(request, response, next) {
      const path = readUnsubscribePath(fullUrl(request));
      if (!path || !known.has(path.appId)) return next();
      const app = served.get(path.appId);
      if (!app) return writeAnswer(away, request, response);
      answerRequest(app, path.token, request).then(
        (answer) => writeAnswer(answer, request, response),
        () => writeAnswer(away, request, response),
      );
    },
  };
}

/** Express cuts off what it is mounted below. */
function fullUrl(request: IncomingMessage & { originalUrl?: string }): string {
  return request.originalUrl ?? request.url ?? '';
}

async function answerRequest(
  { pages, clientOf }: ServedPages,
  token: string,
  request: IncomingMessage,
): Promise<HttpAnswer> {
  const sent = request.method === 'POST' ? await readSentBody(request, longestBody) : { body: nothing };
  if (!sent) return { status: 408, headers: { connection: 'close' }, body: '' };
  const answer = await pages.answer({ ...readFacts(request, clientOf), ...sent, token });
  const isCut = sent.body.length > longestBody;
  return isCut ? { ...answer, headers: { ...answer.headers, connection: 'close' } } : answer;
}

const nothing = new Uint8Array();

const away: HttpAnswer = {
  status: 503,
  headers: { 'retry-after': '30', 'cache-control': 'no-store', 'content-type': 'text/plain; charset=utf-8' },
  body: 'Please try again in a minute.\n',
};

function readFacts({ method = '', headers, socket }: IncomingMessage, clientOf: ClientAddress) {
  return {
    method,
    ip: clientOf(socket.remoteAddress ?? '', headers['x-forwarded-for']?.toString()),
    userAgent: headers['user-agent'],
    acceptLanguage: headers['accept-language'],
  };
}

function writeAnswer(
  { status, headers, body }: HttpAnswer,
  request: IncomingMessage,
  response: ServerResponse,
) {
  if (response.headersSent || response.destroyed) return;
  const length = { 'content-length': String(Buffer.byteLength(body)) };
  response.removeHeader('x-powered-by');
  response.writeHead(status, status === 204 ? headers : { ...headers, ...length });
  response.end(request.method === 'HEAD' ? undefined : body);
}
