/** A receiver of webhooks on loopback; what it does with each request is up to the test. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface LocalReceiver {
  readonly port: number;
  readonly received: readonly Received[];
  /** Connections that came in so far. */
  readonly connections: () => number;
  readonly open: () => number;
  /** Resolves when so many requests came in. */
  count(requests: number): Promise<void>;
  close(): Promise<void>;
}

export type Answer = (response: ServerResponse, request: Received) => void;

export interface ReceiverOptions {
  readonly address?: string;
  readonly port?: number;
  /** TLS with these; plain HTTP without. */
  readonly tls?: ServerOptions;
}

const pem = (name: string) =>
  readFileSync(new URL(`../fixtures/localhost.${name}.pem`, import.meta.url), 'utf8');

/** For `localhost` and 127.0.0.1, signed by itself. */
export const localhost = { cert: pem('cert'), key: pem('key') };

const ok: Answer = (response) => response.end();

export async function openLocalReceiver(
  answer: Answer = ok,
  { address = '127.0.0.1', port = 0, tls }: ReceiverOptions = {},
): Promise<LocalReceiver> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let arrived = () => {};
  const listener: RequestListener = async (request, response) => {
    response.on('error', () => {});
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const one = { method, url, headers, body: Buffer.concat(chunks).toString() };
    received.push(one);
    arrived();
    answer(response, one);
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  server.listen(port, address);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received,
    connections: () => connections,
    open: () => sockets.size,
    async count(requests) {
      while (received.length < requests) await new Promise<void>((resolve) => (arrived = resolve));
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
