import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HttpFront {
  readonly endpoint: string;
  /** Bytes that the client gets for a request, perhaps after it was done; undefined lets the answer through. */
  meddle: ((path: string) => Meddling) | undefined;
  close(): Promise<void>;
}

export type Meddling = { readonly isDone: boolean; readonly bytes: string } | undefined;

/** Somebody between a client and an HTTP server on loopback: a gateway, a proxy, a hotel's login page. */
export async function openHttpFront(target: string): Promise<HttpFront> {
  const front = { endpoint: '', meddle: undefined as HttpFront['meddle'], close };
  const server = createServer((incoming, outgoing) => {
    const meddling = front.meddle?.(incoming.url ?? '');
    const answer = (bytes: string): void => {
      // undici waits for the last byte of its request, so that the answer must not come before it
      if (incoming.complete) outgoing.socket?.end(bytes);
      else incoming.resume().on('end', () => outgoing.socket?.end(bytes));
    };
    if (meddling && !meddling.isDone) answer(meddling.bytes);
    else pass(target, incoming, outgoing, meddling && (() => answer(meddling.bytes)));
  });
  function close(): Promise<void> {
    server.closeAllConnections();
    return new Promise((closed) => server.close(() => closed()));
  }
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  front.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return front;
}

function pass(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  instead?: () => void,
): void {
  const { method, url = '', headers } = incoming;
  const onward = forward(new URL(url, target), { method, headers }, (answer) => {
    if (instead) {
      answer.resume().on('end', instead);
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}
