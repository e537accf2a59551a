import { once } from 'node:events';
import { createServer } from 'node:net';

const triedAtMost = 100;

/** The preferred port on loopback, or the first free one after it. */
export async function freePort(preferred: number): Promise<number> {
  for (let port = preferred; port < preferred + triedAtMost; port += 1) {
    if (await isFree(port)) return port;
  }
  throw new Error(`No free port from ${preferred} to ${preferred + triedAtMost - 1}.`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}
