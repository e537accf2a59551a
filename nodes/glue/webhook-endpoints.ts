import { randomUUID } from 'node:crypto';
import type { Request } from 'express';
import type { Node, NodeAPI } from 'node-red';
import { systemClock } from '../lib/kernel/clock.ts';
import { EmailError } from '../lib/kernel/errors.ts';
import type { BodyCheck } from '../lib/webhook/body/body-check.ts';
import type { WebhookEndpoint } from '../lib/webhook/open-endpoint.ts';
import type { TryOutcome } from '../lib/webhook/try-webhook.ts';
import type { DeadWebhook } from '../lib/webhook/webhook-queue.ts';
import type { WebhookSettings } from '../lib/webhook/webhook-settings.ts';
import { shownUrl } from '../lib/webhook/webhook-target.ts';
import { type AdminRoutes, failure, orFailure } from './admin-routes.ts';
import { webhooksOfNode } from './open-webhooks.ts';
import { dialogFields } from './read-dialog.ts';
import { readWebhookConfig } from './read-webhook-config.ts';

const mostListed = 100;

/** What the dialog of a webhook-out asks for. */
export function webhookEndpoints(RED: NodeAPI, routes: AdminRoutes): void {
  givenUpEndpoints(routes, async ({ params }) => (await webhooksOfNode(RED, params.id)).endpoint);
  dialogEndpoints(RED, routes);
}

/** These are about a node that runs. */
function givenUpEndpoints(
  { read, write, remove }: AdminRoutes,
  endpointOf: (request: Request) => Promise<WebhookEndpoint>,
): void {
  read('webhook/:id/state', async (request) => {
    const endpoint = await endpointOf(request);
    const dead = await endpoint.listDead(mostListed);
    return { ...endpoint.state(), givenUp: dead.map(shown) };
  });
  read('webhook/:id/dead/:webhook', async (request) => {
    const body = await (await endpointOf(request)).deadBody(String(request.params.webhook));
    return { body: body ?? '' };
  });
  write('webhook/:id/enable', async (request) => (await endpointOf(request)).enable());
  write('webhook/:id/redeliver', async (request) => {
    const { ids } = request.body;
    const chosen = Array.isArray(ids) ? ids.map(String) : undefined;
    return { count: await (await endpointOf(request)).redeliver(chosen) };
  });
  remove('webhook/:id/dead/:webhook', async (request) => {
    await (await endpointOf(request)).forgetDead([String(request.params.webhook)]);
  });
}

/** These use what a dialog shows, deployed or not, and load what does the work, so that Node-RED starts without it. */
function dialogEndpoints(RED: NodeAPI, { write }: AdminRoutes): void {
  write('webhook-preview', ({ body }) =>
    orFailure(async () => {
      const { settings, check } = await readWebhookDialog(RED, body);
      const { sampleBody } = await import('../lib/webhook/try-webhook.ts');
      const sample = sampleBody(settings, 'test', systemClock.now());
      return { body: sample, problem: problemOf(check, sample) };
    }),
  );
  write('webhook-test', async ({ body }): Promise<TryOutcome> => {
    try {
      const { settings, check } = await readWebhookDialog(RED, body);
      const { openPoster } = await import('../lib/webhook/post/open-poster.ts');
      const { tryWebhook } = await import('../lib/webhook/try-webhook.ts');
      const url = settings.url === undefined ? String(body.testUrl ?? '').trim() : undefined;
      const poster = await openPoster(settings, { clock: systemClock });
      const parts = { poster, check, clock: systemClock, newId: randomUUID };
      return await tryWebhook(settings, url, parts).finally(() => poster.close());
    } catch (thrown) {
      return { ok: false, text: failure(thrown).text };
    }
  });
}

/** Variables of a node that was never deployed are those that its email app sees. */
async function readWebhookDialog(
  RED: NodeAPI,
  body: Request['body'],
): Promise<{ settings: WebhookSettings; check: BodyCheck }> {
  const { bodyCheck } = await import('../lib/webhook/body/body-check.ts');
  const { config, credentials } = dialogFields(RED, body, 'webhook-out');
  const seeing = RED.nodes.getNode(String(body.id)) ?? RED.nodes.getNode(String(config.app));
  const id = String(body.id);
  const node = seeing ?? ({ id } as Node);
  return {
    settings: readWebhookConfig(RED, node, { ...config, id }, credentials),
    check: bodyCheck(config.schema),
  };
}

function problemOf(check: BodyCheck, sample: string): string | undefined {
  try {
    check(sample);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof EmailError) return thrown.message;
    throw thrown;
  }
}

/** The query of a mail's own URL may be a secret of its receiver. */
function shown({ url, ...webhook }: DeadWebhook): object {
  return { ...webhook, ...(url !== undefined && { url: shownUrl(url) }) };
}
