import type { IncomingMessage, ServerResponse } from 'node:http';
import { systemClock } from '../lib/kernel/clock.ts';
import { EmailError } from '../lib/kernel/errors.ts';
import type { ListenerSettings } from '../lib/settings/app-settings.ts';
import { openPublicListener, type PublicListener } from '../lib/unsubscribe/public-listener.ts';
import type { PublicEndpoint } from './public-endpoint.ts';

/** Own listeners of the apps of one Node-RED; those with the same address and port share one. */
export interface PublicListeners {
  /** Resolves when it listens; the returned function gives it up. Rejects with EmailError `bad-settings`. */
  open(settings: ListenerSettings): Promise<() => Promise<void>>;
}

interface Shared {
  readonly opened: Promise<PublicListener>;
  readonly certificate: string | undefined;
  users: number;
}

export function publicListeners(endpoint: PublicEndpoint): PublicListeners {
  const listeners = new Map<string, Shared>();
  /** Until the last one on an address is closed, the next cannot be opened. */
  const closing = new Map<string, Promise<void>>();

  const answer = (request: IncomingMessage, response: ServerResponse) =>
    endpoint.handle(request, response, () => response.writeHead(404, { connection: 'close' }).end());

  function join(place: string, settings: ListenerSettings): Shared {
    const certificate = settings.tls?.cert;
    const present = listeners.get(place);
    if (present && present.certificate !== certificate) throw twoCertificates(place);
    const free = closing.get(place) ?? Promise.resolve();
    const opened = present?.opened ?? free.then(() => openPublicListener(settings, answer, systemClock));
    const shared = present ?? { opened, certificate, users: 0 };
    shared.users += 1;
    listeners.set(place, shared);
    return shared;
  }

  async function leave(place: string, shared: Shared): Promise<void> {
    shared.users -= 1;
    if (shared.users > 0) return;
    listeners.delete(place);
    const closed = shared.opened.then(
      (listener) => listener.close(),
      () => undefined,
    );
    closing.set(place, closed);
    await closed;
    if (closing.get(place) === closed) closing.delete(place);
  }

  return {
    async open(settings) {
      const place = `${settings.address}:${settings.port}`;
      const shared = join(place, settings);
      try {
        await shared.opened;
      } catch (thrown) {
        await leave(place, shared);
        throw thrown;
      }
      return () => leave(place, shared);
    },
  };
}

function twoCertificates(place: string): EmailError {
  const why = `another app listens on ${place} with another certificate`;
  return new EmailError('bad-settings', { field: 'listener', detail: { why } });
}
