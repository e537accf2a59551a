import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import type { FlowNode } from '../../demo/example-flows.ts';
import type { EmailResult } from '../../nodes/lib/outbound/email-result.ts';

export interface FlowMessage {
  readonly email: EmailResult;
  readonly payload: unknown;
  readonly parts?: { readonly id: string; readonly index: number; readonly count: number };
  readonly [property: string]: unknown;
}

export interface FlowResults {
  /** The flow with its debug nodes telling us instead of the editor's sidebar. */
  watch(nodes: readonly FlowNode[]): FlowNode[];
  /** What came to the debug node of that name so far. */
  at(name: string): readonly FlowMessage[];
  /** Resolves when that many messages have come to the debug node of that name. */
  reach(name: string, count: number): Promise<readonly FlowMessage[]>;
  close(): Promise<void>;
}

/** Learns from outside what comes out of a flow in another process. */
export async function openFlowResults(): Promise<FlowResults> {
  const messages = new Map<string, FlowMessage[]>();
  const waiting = new Set<() => void>();
  const at = (name: string) => messages.get(name) ?? [];
  const server = createServer(async (request, response) => {
    const name = decodeURIComponent(String(request.url).slice(1));
    messages.set(name, [...at(name), (await json(request)) as FlowMessage]);
    response.end();
    for (const look of waiting) look();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;

  return {
    watch: (nodes) => nodes.flatMap((node) => (node.type === 'debug' ? reporter(node, url) : [node])),
    at,
    reach: (name, count) =>
      new Promise((resolve) => {
        const look = () => {
          if (at(name).length < count) return;
          waiting.delete(look);
          resolve(at(name));
        };
        waiting.add(look);
        look();
      }),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function reporter({ id, z, name }: FlowNode, url: string): FlowNode[] {
  const request = `${id}-post`;
  const target = `${url}/${encodeURIComponent(String(name))}`;
  const func = `const { req, res, ...payload } = msg;
    return { payload, url: ${JSON.stringify(target)}, headers: { 'content-type': 'application/json' } };`;
  return [
    { id, type: 'function', z, func, outputs: 1, x: 0, y: 0, wires: [[request]] },
    { id: request, type: 'http request', z, method: 'POST', ret: 'txt', url: '', x: 0, y: 0, wires: [[]] },
  ];
}
