import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { AppSettings } from '../lib/settings/app-settings.ts';
import { type SetupFacts, setupWarnings } from '../lib/unsubscribe/setup-warnings.ts';

/** Says at deploy, in one sentence each, what keeps recipients of this app from unsubscribing. */
export function warnOfSetup(RED: NodeAPI, node: Node, settings: AppSettings): void {
  const pagesNeedPassword = Boolean(RED.settings.httpNodeAuth);
  const requests = processingOf(RED, node.id);
  const address = settings.unsubscribe.mailto ?? '';
  for (const warning of setupWarnings({ settings, pagesNeedPassword, requests })) {
    node.warn(RED._(`email-app.warning.${warning}`, { address }));
  }
}

type FlowNode = NodeDef & Readonly<Record<string, unknown>>;

function processingOf(RED: NodeAPI, app: string): SetupFacts['requests'] {
  const filters = new Set<string>();
  const wired = new Set<unknown>();
  RED.nodes.eachNode((each) => {
    const node = each as FlowNode;
    if (isFilterOf(app, node)) filters.add(node.id);
    if (Array.isArray(node.wires)) for (const target of node.wires.flat()) wired.add(target);
  });
  if (filters.size === 0) return 'unprocessed';
  return [...filters].some((id) => wired.has(id)) ? 'processed' : 'unwired';
}

function isFilterOf(app: string, { type, d, ...node }: FlowNode): boolean {
  return type === 'unsubscribe-filter' && !d && node.app === app && node.mode === 'process';
}
