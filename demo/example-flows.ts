import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly [property: string]: unknown;
}

const folder = join(import.meta.dirname, '..', 'examples');

/** In the order in which the demo shows them. */
export const exampleNames = [
  'Send a welcome mail',
  'Newsletter with filter',
  'Double opt-in',
  'One-click unsubscribe to webhook and CRM',
  'OTP that skips the unsubscribe headers',
  'Import and export the unsubscribe list',
  'Unsubscribe from SMS too',
  'Bulk personal send',
  'Inbound support mailbox with rules',
  'Send and wait for a reply',
  'Unsubscribe by mail',
  'Bounces and complaints',
  'Numbers of the day',
  'HTTP API',
  'From node-red-node-email',
] as const;

type Settings = Readonly<Record<string, unknown>>;

/**
 * The nodes of examples, with the email app that captures what they send, there once, set up differently; so are those
 * that write to each other by their own SMTP servers.
 */
export function exampleFlows(
  names: readonly (typeof exampleNames)[number][],
  app: Settings,
  receivingApp: Settings = {},
): FlowNode[] {
  const nodes = new Map<string, FlowNode>();
  for (const name of names) for (const node of readExample(name)) nodes.set(node.id, node);
  const changesOf = ({ type, route, inboundSmtp, env }: FlowNode): Settings => {
    if (type === 'tab') return { env: reachedAt(app.baseUrl, env) };
    if (type !== 'email-app') return {};
    return { ...(route === 'capture' && app), ...(inboundSmtp === true && receivingApp) };
  };
  return [...nodes.values()].map((node) => ({ ...node, ...changesOf(node) }));
}

export function readExample(name: (typeof exampleNames)[number]): FlowNode[] {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
}

/** Tabs whose links and webhooks lead back to this Node-RED say where it is. */
function reachedAt(baseUrl: unknown, env: unknown): unknown {
  if (!baseUrl || !Array.isArray(env)) return env;
  return env.map((one) => (one.name === 'BASE_URL' ? { ...one, type: 'env', value: baseUrl } : one));
}
