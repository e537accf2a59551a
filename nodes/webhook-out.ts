import type { Node, NodeAPI, NodeDef } from 'node-red';
import { onClose } from './glue/on-close.ts';
import { onInput } from './glue/on-input.ts';
import { openWebhooks } from './glue/open-webhooks.ts';
import { webhookStatus } from './glue/webhook-status.ts';
import { asEmailError } from './lib/kernel/errors.ts';

/** Posts events, and whatever else a flow gives it, to another system: signed, kept on disk, tried again. */
export default function registerWebhookOut(RED: NodeAPI): void {
  function WebhookOut(this: Node, config: NodeDef): void {
    RED.nodes.createNode(this, config);
    const status = webhookStatus(RED, this);
    status.condition('starting');
    const webhooks = openWebhooks(RED, this, { ...config }, status);
    Object.assign(this, { webhooks });
    webhooks.catch((thrown: unknown) => {
      status.condition('failed');
      this.error(asEmailError(thrown).message);
    });

    onInput(this, async (message) => (await webhooks).take(message));
    onClose(this, async () => (await webhooks.catch(() => undefined))?.endpoint.close());
  }

  RED.nodes.registerType('webhook-out', WebhookOut, {
    credentials: {
      secret: { type: 'password' },
      previousSecret: { type: 'password' },
      authorization: { type: 'password' },
    },
  });
}
