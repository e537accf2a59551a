import { randomUUID } from 'node:crypto';
import type { Node, NodeAPI, NodeMessageInFlow } from 'node-red';
import { systemClock } from '../lib/kernel/clock.ts';
import { EmailError } from '../lib/kernel/errors.ts';
import { messageSnapshot } from '../lib/outbound/message-snapshot.ts';
import type { WebhookEndpoint } from '../lib/webhook/open-endpoint.ts';
import type { NewWebhook } from '../lib/webhook/webhook-queue.ts';
import type { WebhookSettings } from '../lib/webhook/webhook-settings.ts';
import type { Fields } from './read-app-config.ts';
import { postingReader } from './read-posting.ts';
import { readWebhookConfig } from './read-webhook-config.ts';
import { requireSecrets } from './require-secrets.ts';
import { appOfNode } from './running-app.ts';
import { webhookMessages } from './webhook-messages.ts';
import type { WebhookStatus } from './webhook-status.ts';

/** What a webhook-out node does while it is deployed. */
export interface OpenWebhooks {
  readonly endpoint: WebhookEndpoint;
  /** Resolves when what the message asks for is on disk; at once if that is nothing. */
  take(message: NodeMessageInFlow): Promise<void>;
}

/** A webhook-out node, as its dialog's routes see it. */
export interface WebhookOutNode extends Node {
  /** Rejects with the reason when it could not be opened. */
  readonly webhooks: Promise<OpenWebhooks>;
}

/** Throws EmailError `missing-app` for a node that is not deployed. */
export async function webhooksOfNode(RED: NodeAPI, id: unknown): Promise<OpenWebhooks> {
  const node = RED.nodes.getNode(String(id)) as WebhookOutNode | null;
  if (node?.type !== 'webhook-out') throw new EmailError('missing-app', { field: 'id' });
  return node.webhooks;
}

/** Fails for settings that cannot be used and for an app that does not run. */
export async function openWebhooks(
  RED: NodeAPI,
  node: Node,
  config: Fields,
  status: WebhookStatus,
): Promise<OpenWebhooks> {
  requireSecrets(config, node.credentials as Fields);
  const settings = readWebhookConfig(RED, node, config, node.credentials as Fields);
  const readWebhook = await webhookReader(RED, node, config, settings);
  const messages = webhookMessages();
  const { webhooks } = await appOfNode(RED, config.app);
  const endpoint = await webhooks.open(settings, {
    onSettled(webhook, result) {
      status.settled(result);
      node.send(messages.resultOf(webhook, result));
    },
    onState: status.state,
    onTrouble: ({ message }) => node.error(message),
  });
  return {
    endpoint,
    async take(message) {
      const webhook = await readWebhook(message);
      if (!webhook) return;
      messages.hold(webhook.id, message);
      await endpoint.accept([webhook]).catch((thrown: unknown) => {
        messages.drop(webhook.id);
        throw thrown;
      });
    },
  };
}

/** From a message to its webhook, which fits the node's schema; undefined where nothing is to be posted. */
async function webhookReader(
  RED: NodeAPI,
  node: Node,
  config: Fields,
  { format }: WebhookSettings,
): Promise<(message: NodeMessageInFlow) => Promise<NewWebhook | undefined>> {
  // Loaded with the first node, so that Node-RED starts without them.
  const { bodyCheck } = await import('../lib/webhook/body/body-check.ts');
  const { webhookBody } = await import('../lib/webhook/body/webhook-body.ts');
  const check = bodyCheck(config.schema);
  const readPosting = postingReader(RED, node, config);
  return async (message) => {
    const posting = await readPosting(message);
    const webhook = posting && webhookBody(posting.order, format);
    if (!webhook) return undefined;
    check(webhook.body);
    return {
      ...webhook,
      id: webhook.id ?? randomUUID(),
      endpoint: node.id,
      target: posting.target,
      message: messageSnapshot(message),
      acceptedAt: systemClock.now(),
    };
  };
}
