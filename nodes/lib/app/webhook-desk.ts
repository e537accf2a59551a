/** The app's webhook-out nodes come for their endpoints; all of them share its queue, and close with it. */
import type { NewEvent } from '../event/event-log.ts';
import type { Clock } from '../kernel/clock.ts';
import { EmailError } from '../kernel/errors.ts';
import type { Notes } from '../kernel/notes.ts';
import {
  type EndpointHooks,
  type EndpointState,
  openEndpoint,
  type WebhookEndpoint,
} from '../webhook/open-endpoint.ts';
import { openPoster } from '../webhook/post/open-poster.ts';
import { signWebhook } from '../webhook/sign-webhook.ts';
import type { WebhookQueue } from '../webhook/webhook-queue.ts';
import type { WebhookSettings } from '../webhook/webhook-settings.ts';

export interface WebhookDeskParts {
  readonly webhooks: WebhookQueue;
  readonly notes: Notes;
  /** Where the app's events are told. */
  readonly events: { tell(event: NewEvent): void };
  readonly clock: Clock;
  readonly random: () => number;
}

export class WebhookDesk {
  readonly #parts: WebhookDeskParts;
  readonly #endpoints = new Map<WebhookEndpoint, WebhookSettings>();
  /** Of those that are open or about to be. */
  readonly #settings = new Set<WebhookSettings>();
  #isClosed = false;

  constructor(parts: WebhookDeskParts) {
    this.#parts = parts;
  }

  /** It is closed with the app at the latest. Throws EmailError as `openPoster`, and `app-closed`. */
  async open(settings: WebhookSettings, hooks: EndpointHooks): Promise<WebhookEndpoint> {
    const { webhooks: queue, events, clock } = this.#parts;
    this.#settings.add(settings);
    const poster = await openPoster(settings, { clock }).catch((thrown: unknown) => {
      this.#settings.delete(settings);
      throw thrown;
    });
    const endpoint = openEndpoint({
      ...this.#parts,
      ...hooks,
      settings,
      queue,
      poster,
      sign: signWebhook,
      onEvent: (event) => events.tell(event),
      onClosed: () => {
        this.#settings.delete(settings);
        this.#endpoints.delete(endpoint);
      },
    });
    this.#endpoints.set(endpoint, settings);
    if (!this.#isClosed) return endpoint;
    await endpoint.close();
    throw new EmailError('app-closed');
  }

  /** Hosts that a mail's own `notifyUrl` may name though private or without TLS; undefined while no node posts to such addresses. */
  notifyHosts(): readonly string[] | undefined {
    const takers = [...this.#settings].filter(({ url }) => url === undefined);
    return takers.length === 0 ? undefined : takers.flatMap(({ allowedHosts }) => allowedHosts);
  }

  /** Those that are open. */
  list(): readonly { readonly settings: WebhookSettings; readonly state: EndpointState }[] {
    return [...this.#endpoints].map(([endpoint, settings]) => ({ settings, state: endpoint.state() }));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#endpoints.keys()].map((endpoint) => endpoint.close()));
  }
}
