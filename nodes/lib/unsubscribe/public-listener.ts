/** An address to listen on comes in; a server for strangers goes out, so that the editor's port need not be public. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock } from '../kernel/clock.ts';
import { EmailError } from '../kernel/errors.ts';
import type { ListenerSettings } from '../settings/app-settings.ts';

export interface PublicListener {
  /** The one that was given by the system when 0 was asked for. */
  readonly port: number;
  close(): Promise<void>;
}

/** Nobody needs longer, or more, for a token and a kilobyte. Times in ms. */
const limits = {
  headersTimeout: 5000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 2000,
  keepAliveTimeout: 5000,
  handshakeTimeout: 5000,
  maxHeaderSize: 8192,
  requireHostHeader: false,
} as const;
const mostHeaders = 100;
const mostConnections = 1000;
const mostRequestsPerSocket = 100;
/** What is being answered at the end may finish within it. */
const graceTime = 1000;

/** Throws EmailError `bad-settings` with the system's word for why the port or the certificate cannot be used. */
export async function openPublicListener(
  { address, port, tls }: ListenerSettings,
  answer: RequestListener,
  clock: Clock,
): Promise<PublicListener> {
  try {
    const server = tls ? createTlsServer({ ...limits, ...tls }, answer) : createServer(limits, answer);
    server.maxHeadersCount = mostHeaders;
    server.maxConnections = mostConnections;
    server.maxRequestsPerSocket = mostRequestsPerSocket;
    server.setTimeout(limits.requestTimeout * 2, (socket) => socket.destroy());
    const sockets = socketsOf(server);
    await new Promise<void>((resolve, reject) => {
      // stays: a connection that cannot be accepted, for want of file handles, must not end the process
      server.on('error', reject);
      server.listen(port, address, resolve);
    });
    return { port: (server.address() as AddressInfo).port, close: () => closeServer(server, sockets, clock) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'it could not be opened';
    throw new EmailError('bad-settings', { field: 'listener', detail: { why }, cause });
  }
}

/** `closeAllConnections` knows none that has not ended its TLS handshake, and the end would wait for it. */
function socketsOf(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

function closeServer(server: Server, sockets: ReadonlySet<Socket>, clock: Clock): Promise<void> {
  const callOff = clock.after(graceTime, () => {
    for (const socket of sockets) socket.destroy();
  });
  return new Promise((resolve) => {
    server.close(() => {
      callOff();
      resolve();
    });
  });
}
