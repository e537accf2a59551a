import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NodeAPI } from 'node-red';
import type { MailPost } from '../lib/inbound/http-receipt.ts';
import type { SnsExchange } from '../lib/inbound/sns/answer-sns.ts';
import { longestSnsBody } from '../lib/inbound/sns/sns-message.ts';
import { type PublicPath, readPublicPath } from '../lib/kernel/public-path.ts';
import { type ClientAddress, clientAddress } from '../lib/unsubscribe/client-address.ts';
import type { HttpAnswer, HttpFacts } from '../lib/unsubscribe/http-exchange.ts';
import { longestBody } from '../lib/unsubscribe/one-click-request.ts';
import { readSentBody } from './read-sent-body.ts';

export interface PublicPages {
  /** Addresses and CIDR blocks whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  answer(facts: HttpFacts): Promise<HttpAnswer>;
  /** Where SNS is to post notices. */
  readonly answerSns?: (exchange: SnsExchange) => Promise<HttpAnswer>;
  /** Where raw mail is posted. */
  readonly answerMail?: (post: MailPost) => Promise<HttpAnswer>;
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
      const path = readPublicPath(fullUrl(request));
      if (!path || !known.has(path.appId)) return next();
      const app = served.get(path.appId);
      if (!app) return writeAnswer(away, request, response);
      const answering = answerAt(path, app, request);
      if (!answering) return next();
      answering.then(
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

/** Undefined where the app has no such door. */
function answerAt(path: PublicPath, app: ServedPages, request: IncomingMessage) {
  if (path.door === 'unsubscribe') return answerRequest(app, path.token, request);
  return path.door === 'sns' ? answerNotice(app, request) : answerMail(app, request);
}

async function answerRequest(
  { pages, clientOf }: ServedPages,
  token: string,
  request: IncomingMessage,
): Promise<HttpAnswer> {
  const sent = request.method === 'POST' ? await readSentBody(request, longestBody) : { body: nothing };
  if (!sent) return cutOff;
  const answer = await pages.answer({ ...readFacts(request, clientOf), ...sent, token });
  const isCut = sent.body.length > longestBody;
  return isCut ? { ...answer, headers: { ...answer.headers, connection: 'close' } } : answer;
}

/** Undefined where SNS is not to post. */
function answerNotice({ pages }: ServedPages, request: IncomingMessage): Promise<HttpAnswer> | undefined {
  const { answerSns } = pages;
  return answerSns && readNotice(request).then((exchange) => (exchange ? answerSns(exchange) : cutOff));
}

async function readNotice(request: IncomingMessage): Promise<SnsExchange | undefined> {
  const { method = '', headers } = request;
  if (method !== 'POST') return { method, headers, body: nothing };
  const sent = await readSentBody(request, longestSnsBody);
  return sent && { method, headers, body: sent.body };
}

/** Undefined where no mail is taken. The body is not read here: it may be large, and whoever posts a stranger. */
function answerMail(
  { pages, clientOf }: ServedPages,
  request: IncomingMessage,
): Promise<HttpAnswer> | undefined {
  const { method = '', headers } = request;
  const { ip } = readFacts(request, clientOf);
  const body: AsyncIterable<Uint8Array> = request.iterator({ destroyOnReturn: false });
  return pages.answerMail?.({ method, headers, ip, body });
}

const cutOff: HttpAnswer = { status: 408, headers: { connection: 'close' }, body: '' };
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
