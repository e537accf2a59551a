import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { AppSettings } from '../lib/settings/app-settings.ts';
import { type SetupFacts, setupWarnings } from '../lib/unsubscribe/setup-warnings.ts';

/** Says at deploy, in one sentence each, what spoils this app's mails and what keeps recipients from unsubscribing. */
export function warnOfSetup(
  RED: NodeAPI,
  node: Node,
  settings: AppSettings,
  forwardingAddress?: string,
): void {
  if (signsBeforeSes(settings)) node.warn(RED._('email-app.warning.ses-dkim'));
  const pagesNeedPassword = Boolean(RED.settings.httpNodeAuth);
  const requests = processingOf(RED, node.id);
  const address = settings.unsubscribe.mailto ?? '';
  for (const warning of setupWarnings({ settings, forwardingAddress, pagesNeedPassword, requests })) {
    node.warn(RED._(`email-app.warning.${warning}`, { address }));
  }
}

/** SES writes its own Date and Message-ID into what comes over SMTP, so that a signature made before does not hold. */
function signsBeforeSes({ route }: AppSettings): boolean {
  const sesHost = /^email-smtp(-fips)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\.?$/i;
  return route.kind === 'smtp' && route.dkim !== undefined && sesHost.test(route.host);
}

type FlowNode = NodeDef & Readonly<Record<string, unknown>>;

function processingOf(RED: NodeAPI, app: string): SetupFacts['requests'] {
  const nodes = deployedNodes(RED);
  const filters = nodes.filter((node) => isFilterOf(app, node));
  const wired = new Set(nodes.flatMap(({ wires }) => [wires].flat(2)));
  if (filters.length === 0) return 'unprocessed';
  return filters.some(({ id }) => wired.has(id)) ? 'processed' : 'unwired';
}

/** Those that were disabled by themselves, or with their whole tab, get no message and send none. */
function deployedNodes(RED: NodeAPI): FlowNode[] {
  const nodes: FlowNode[] = [];
  RED.nodes.eachNode((node) => void nodes.push(node as FlowNode));
  const asleep = new Set(nodes.filter(({ disabled }) => disabled === true).map(({ id }) => id));
  return nodes.filter(({ d, z }) => !d && !asleep.has(String(z)));
}

function isFilterOf(app: string, { type, ...node }: FlowNode): boolean {
  return type === 'unsubscribe-filter' && node.app === app && node.mode === 'process';
}
