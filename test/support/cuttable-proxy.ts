import { connect, createServer, type Socket } from 'node:net';

/** Between a client and a server on loopback; a network that can fail. */
export interface CuttableProxy {
  readonly port: number;
  /** Connections that came in so far. */
  readonly count: () => number;
  /** Ends all connections, as a server or a router does. */
  cut(): void;
  /** Nothing passes any more, and nobody is told. */
  freeze(): void;
  /** For connections that come from now on. */
  thaw(): void;
  close(): Promise<void>;
}

export async function openCuttableProxy(target: number): Promise<CuttableProxy> {
  const sockets = new Set<Socket>();
  let count = 0;
  let isFrozen = false;
  const server = createServer((client) => {
    count += 1;
    const onward = connect(target, '127.0.0.1');
    for (const [from, to] of [
      [client, onward],
      [onward, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (data) => !isFrozen && to.write(data));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        if (!isFrozen) to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const dropAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    count: () => count,
    cut: dropAll,
    freeze() {
      isFrozen = true;
    },
    thaw() {
      dropAll();
      isFrozen = false;
    },
    close() {
      dropAll();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
