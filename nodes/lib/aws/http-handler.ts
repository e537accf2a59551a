/** A signed request of the SDK comes in, the answer goes out: over kept connections, and knowing what was written. */
import type { Dispatcher } from 'undici';
import type { Clock } from '../kernel/clock.ts';
import { loadUndici } from '../kernel/load-undici.ts';
import type { ProxySettings } from '../settings/app-settings.ts';
import { HttpExchange } from './http-exchange.ts';
import {
  flatHeaders,
  pathOf,
  type SdkHttpHandler,
  type SdkHttpRequest,
  type SdkHttpResponse,
} from './sdk-http.ts';

/** ms */
export const connectTime = 10_000;
/** ms, for a request and its answer; SQS alone waits 20 s for a message. */
export const wholeTime = 60_000;
/** Short: on a connection that the server just gave up, nobody knows what became of a mail. */
const idleTime = 4_000;

export interface SharedHttpHandler extends SdkHttpHandler {
  /** The same connections, with answers as streams. */
  readonly streaming: SdkHttpHandler;
  /** Idle connections end at once, busy ones after their answer. */
  close(): void;
}

export interface HttpHandlerOptions {
  readonly proxy?: ProxySettings;
  readonly clock: Clock;
  /** Connections at the same time. */
  readonly connections: number;
}

/** Undefined when undici is not installed. */
export async function openHttpHandler(options: HttpHandlerOptions): Promise<SharedHttpHandler | undefined> {
  const undici = await loadUndici();
  if (!undici) return undefined;
  const agentOptions = {
    connections: options.connections,
    connect: { timeout: connectTime },
    keepAliveTimeout: idleTime,
    headersTimeout: wholeTime,
    bodyTimeout: wholeTime,
  };
  const { http = '', https = '', except: noProxy = '' } = options.proxy ?? {};
  const agent =
    http || https
      ? new undici.EnvHttpProxyAgent({ ...agentOptions, httpProxy: http, httpsProxy: https, noProxy })
      : new undici.Agent(agentOptions);
  const { clock } = options;
  return {
    ...handlerOf((request) => collected(agent, request, clock)),
    streaming: handlerOf((request) => streamed(agent, request)),
    // a second time it would reject
    close: () => void agent.close().catch(() => {}),
  };
}

function handlerOf(answer: (request: SdkHttpRequest) => Promise<SdkHttpResponse>): SdkHttpHandler {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    handle: async (request) => ({ response: await answer(request) }),
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
    // the connections are shared by several clients: they end with `close`
    destroy() {},
  };
}

async function collected(agent: Dispatcher, request: SdkHttpRequest, clock: Clock): Promise<SdkHttpResponse> {
  const exchange = new HttpExchange();
  const callOff = clock.after(wholeTime, () => exchange.giveUp());
  try {
    agent.dispatch(undiciRequest(request), exchange);
    return await exchange.response;
  } finally {
    callOff();
  }
}

async function streamed(agent: Dispatcher, request: SdkHttpRequest): Promise<SdkHttpResponse> {
  const { statusCode, headers, body } = await agent.request(undiciRequest(request));
  return { statusCode, headers: flatHeaders(headers), body };
}

function undiciRequest(request: SdkHttpRequest) {
  const { protocol, hostname, port, method, headers, body = null } = request;
  const origin = `${protocol}//${hostname}${port ? `:${port}` : ''}`;
  // S3 asks for leave to send a body; undici does not know how
  const { expect: _, Expect: __, ...sendable } = headers;
  return { origin, path: pathOf(request), method: method as Dispatcher.HttpMethod, headers: sendable, body };
}
