import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import { nowAndThen } from './glue/now-and-then.ts';
import { onInput } from './glue/on-input.ts';
import { fieldReader } from './glue/read-fields.ts';
import { appOfNode } from './glue/running-app.ts';
import { type Looks, type StatusLine, statusLine } from './glue/status-line.ts';
import type { EmailApp } from './lib/app/email-app.ts';
import { systemClock } from './lib/kernel/clock.ts';
import type { ListProgress } from './lib/suppression/manage-list.ts';
import type { RequestOutcome } from './lib/unsubscribe/process-request.ts';

/** unsubscribe-filter's properties as the editor saves them. */
type FilterConfig = NodeDef & Readonly<Record<string, unknown>>;
type Messages = (NodeMessageInFlow | null)[];

type FilterCondition = 'failed' | RequestOutcome['kind'] | 'removed' | ListProgress['phase'] | 'done';

const working = { fill: 'blue', shape: 'dot' } as const;
const worked = { fill: 'green', shape: 'dot' } as const;
const looks: Looks<FilterCondition> = {
  failed: { fill: 'red', shape: 'dot' },
  reading: working,
  saving: working,
  writing: working,
  removed: worked,
  recorded: worked,
  'not-a-request': worked,
  'needs-confirmation': worked,
  done: worked,
};

interface Outcome {
  readonly messages: Messages;
  readonly status: Parameters<StatusLine<FilterCondition>>;
}

type Show = StatusLine<FilterCondition>;
type Work = (message: NodeMessageInFlow, app: EmailApp, show: Show) => Promise<Outcome>;
/** What it works with is loaded when a node is deployed, so that Node-RED starts without it. */
type Mode = (RED: NodeAPI, node: Node, config: FilterConfig) => Promise<Work>;

/** Asks the email app's suppression list: about recipients, on behalf of who wrote in, or as a flow tells it to. */
export default function registerUnsubscribeFilter(RED: NodeAPI): void {
  function UnsubscribeFilter(this: Node, config: FilterConfig): void {
    RED.nodes.createNode(this, config);
    const show = statusLine(RED, this, looks);
    const ready = prepare(RED, this, config);
    const failed = (): void => show('failed');
    ready.catch(failed);

    onInput(this, async (message, send) => {
      try {
        const { work, app } = await ready;
        const { messages, status } = await work(message, app, show);
        show(...status);
        send(messages);
      } catch (thrown) {
        failed();
        throw thrown;
      }
    });
  }

  RED.nodes.registerType('unsubscribe-filter', UnsubscribeFilter);
}

/** Fails for rules that cannot be used and for an app that does not run; so does every message then. */
async function prepare(
  RED: NodeAPI,
  node: Node,
  config: FilterConfig,
): Promise<{ work: Work; app: EmailApp }> {
  const mode = modes[String(config.mode)] ?? filterMode;
  const work = await mode(RED, node, config);
  return { work, app: await appOfNode(RED, config.app) };
}

const filterMode: Mode = async (RED, node, config) => {
  const { filterRecipients } = await import('./lib/suppression/filter-recipients.ts');
  // A flow written by hand may leave out what has a default.
  const fields = { recipients: 'to', listTopic: 'listTopic', ...config };
  const readFields = fieldReader(RED, node, fields, ['recipients', 'messageClass', 'listTopic']);
  const path = String(fields.recipients);
  return async (message, { suppressions }) => {
    const order = { ...(await readFields(message)), field: `msg.${path}` };
    const outcome = await filterRecipients(order, { suppressions, now: systemClock.now() });
    const { allowed, removed, suppressed } = outcome;
    const held = allowed === undefined ? message : RED.util.cloneMessage(message);
    const status: Outcome['status'] = ['removed', { count: suppressed.length }];
    if (allowed !== undefined) RED.util.setMessageProperty(message, path, allowed, true);
    if (removed === undefined) return { messages: [message, null], status };
    RED.util.setMessageProperty(held, path, removed, true);
    held.email = { ...asRecord(held.email), suppressed };
    return { messages: [allowed === undefined ? null : message, held], status };
  };
};

const processMode: Mode = async (_RED, _node, { ruleMatch, conditions }) => {
  const { readRules } = await import('./lib/rule/match-rules.ts');
  const { processRequest } = await import('./lib/unsubscribe/process-request.ts');
  const given = Array.isArray(conditions) && conditions.length > 0;
  const definitions = given ? [{ match: ruleMatch ?? 'any', conditions }] : [];
  const rules = readRules({ take: 'first', rules: definitions }, 'rules');
  return async (message, { suppressions, keys, settings }) => {
    const { appId, unsubscribe } = settings;
    const rooms = { appId, mailto: unsubscribe.mailto, keys, suppressions, rules, now: systemClock.now() };
    const { kind, detail } = await processRequest(asRecord(message), rooms);
    message.email = { ...asRecord(message.email), unsubscribe: detail };
    const outputs = ['recorded', 'not-a-request', 'needs-confirmation'];
    return { messages: outputs.map((output) => (output === kind ? message : null)), status: [kind] };
  };
};

const manageMode: Mode = async () => {
  const { manageList } = await import('./lib/suppression/manage-list.ts');
  return async (message, app, show) => {
    const { suppressions, settings } = app;
    const rooms = {
      suppressions,
      resume: () => app.resume(),
      now: systemClock.now(),
      fileFolder: settings.delivery.attachmentFolder,
      onProgress: nowAndThen(({ phase, rows }: ListProgress) => show(phase, { count: rows })),
    };
    message.payload = await manageList(message.payload, rooms);
    return { messages: [message], status: ['done'] };
  };
};

const modes: Readonly<Record<string, Mode>> = {
  filter: filterMode,
  process: processMode,
  manage: manageMode,
};

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
