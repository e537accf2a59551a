import { readFile } from 'node:fs/promises';
import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red';
import { type InboundStatus, inboundStatus } from './glue/inbound-status.ts';
import { onClose } from './glue/on-close.ts';
import { appOfNode } from './glue/running-app.ts';
import {
  type FlowMessage,
  type FlowWishes,
  fixedOutputs,
  flowMessage,
  mailContents,
  outputsFor,
} from './lib/inbound/flow-message.ts';
import { asEmailError } from './lib/kernel/errors.ts';

/** inbound-email's properties as the editor saves them. */
interface InboundConfig extends NodeDef {
  readonly app: string;
  readonly content?: unknown;
  readonly includeAttachments?: unknown;
  readonly take?: unknown;
  readonly rules?: unknown;
}

/** Gives a flow the mails that its email app receives. */
export default function registerInboundEmail(RED: NodeAPI): void {
  function InboundEmail(this: Node, config: InboundConfig): void {
    RED.nodes.createNode(this, config);
    const status = inboundStatus(RED, this);
    status.condition('starting');
    const listening = listen(RED, this, config, status);
    listening.catch((thrown: unknown) => {
      status.condition('failed');
      this.error(asEmailError(thrown).message);
    });
    onClose(this, async () => (await listening.catch(() => undefined))?.());
  }

  RED.nodes.registerType('inbound-email', InboundEmail);
}

/** The returned function ends it. Fails for rules that cannot be used and for an app that does not run. */
async function listen(
  RED: NodeAPI,
  node: Node,
  config: InboundConfig,
  status: InboundStatus,
): Promise<() => void> {
  // Loaded with the first node, so that Node-RED starts without it.
  const { matchRules, readRules } = await import('./lib/rule/match-rules.ts');
  const rules = readRules(rulesOf(config), 'rules');
  const wishes = wishesOf(config);
  const { mailRoom, settings } = await appOfNode(RED, config.app);
  const stopMails = mailRoom.listen(node.id, async (received) => {
    const raw = wishes.content === 'parsed' ? undefined : await readFile(received.file);
    const message = flowMessage(received, { ...wishes, app: settings.name }, raw);
    const chosen = outputsFor(received.mail.kind, matchRules(rules, { ...message }));
    node.send(onOutputs(message as NodeMessage & FlowMessage, chosen, fixedOutputs + rules.tests.length));
  });
  const stopStates = mailRoom.onState(status.state);
  return () => {
    stopMails();
    stopStates();
  };
}

function onOutputs(message: NodeMessage, chosen: readonly number[], count: number): (NodeMessage | null)[] {
  return Array.from({ length: count }, (_, output) => (chosen.includes(output) ? message : null));
}

/** Their names are for people: outputs are labelled with them. */
function rulesOf({ take, rules }: InboundConfig): object {
  const definitions = Array.isArray(rules) ? rules.map(({ name: _name, ...rule }) => rule) : [];
  return { take: take ?? 'first', rules: definitions };
}

/** A flow written by hand may leave out what has a default. */
function wishesOf({ content, includeAttachments }: InboundConfig): FlowWishes {
  return {
    content: mailContents.find((known) => known === content) ?? 'parsed',
    attachments: includeAttachments !== false,
  };
}
