import type { Node, NodeAPI } from 'node-red';
import { FlowResults } from './glue/flow-results.ts';
import { onClose } from './glue/on-close.ts';
import { onInput } from './glue/on-input.ts';
import { queuedResult } from './glue/queued-result.ts';
import { orderReader, type SendEmailConfig } from './glue/read-order.ts';
import { appOfNode } from './glue/running-app.ts';
import { sendStatus } from './glue/send-status.ts';
import { warnOnce } from './glue/warn-once.ts';
import type { EmailApp } from './lib/app/email-app.ts';

/** Takes a message, has it sent by its email app, and hands each result to the output of its state. */
export default function registerSendEmail(RED: NodeAPI): void {
  function SendEmail(this: Node, config: SendEmailConfig): void {
    RED.nodes.createNode(this, config);
    const readOrder = orderReader(RED, this, config);
    const warn = warnOnce(RED, this);
    const attached = attach(RED, this, config);

    onInput(this, async (message, send) => {
      warn(message);
      const order = await readOrder(message);
      const { app, results } = await attached;
      const settled = order.reports ? results.expect(order, message, send) : undefined;
      const outcome = await app.send(order).catch((thrown) => {
        results.forget(order.requestId);
        throw thrown;
      });
      if (!settled) return send([queuedResult(message, outcome), null, null]);
      if (outcome.isRepeated) await results.repeat(order.requestId, outcome.requestId);
      await settled;
    });
    onClose(this, async () => (await attached.catch(() => undefined))?.detach());
  }

  RED.nodes.registerType('send-email', SendEmail);
}

interface Attached {
  readonly app: EmailApp;
  readonly results: FlowResults;
  readonly detach: () => void;
}

/** Joins the node to its app as soon as that runs; a failure is shown, and met by every message that comes. */
function attach(RED: NodeAPI, node: Node, config: SendEmailConfig): Promise<Attached> {
  const status = sendStatus(RED, node);
  status.condition('starting');
  const attached = appOfNode(RED, config.app).then((app) => {
    const results = new FlowResults(RED, node, app);
    const unsubscribe = app.onState(status.state);
    const detach = (): void => {
      unsubscribe();
      results.close();
    };
    return { app, results, detach };
  });
  attached.catch(() => status.condition('failed'));
  return attached;
}
