/** The name of a mailbox comes in; that nobody else reads it goes out, as far as one machine can tell. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

export interface MailboxClaims {
  /** Undefined while another reads it. The returned function gives it back. */
  take(mailbox: string): Promise<(() => Promise<void>) | undefined>;
}

/** Where only one process of a machine can listen. No file: it goes with the process, however that ends. */
const places: Readonly<Record<string, (name: string) => string>> = {
  // unix(7), abstract sockets
  linux: (name) => `\0${name}`,
  win32: (name) => `\\\\?\\pipe\\${name}`,
};

/** Shared by the apps of a process. Other processes are seen where `platform`, as Node names it, has such places. */
export function mailboxClaims(platform = ''): MailboxClaims {
  const held = new Set<string>();
  return {
    async take(mailbox) {
      if (held.has(mailbox)) return undefined;
      held.add(mailbox);
      const lock = await openLock(mailbox, places[platform]);
      if (lock === 'taken') held.delete(mailbox);
      if (lock === 'taken') return undefined;
      return async () => {
        await lock?.close();
        held.delete(mailbox);
      };
    },
  };
}

/** Undefined where the system does not let us know. */
async function openLock(mailbox: string, placeOf?: (name: string) => string) {
  if (!placeOf) return undefined;
  const hash = createHash('sha256').update(mailbox).digest('hex').slice(0, 32);
  const server = createServer((socket) => socket.destroy()).unref();
  try {
    server.listen({ path: placeOf(`email-app-mailbox-${hash}`), exclusive: true });
    await once(server, 'listening');
    return { close: () => closed(server) };
  } catch (error) {
    return (error as { code?: unknown }).code === 'EADDRINUSE' ? 'taken' : undefined;
  }
}

async function closed(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
