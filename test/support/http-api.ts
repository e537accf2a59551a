import type { FlowNode } from '../../demo/example-flows.ts';
import { type FlowBench, openFlowBench } from '../flows/flow-bench.ts';
import { type HttpStub, httpStub, type StubAnswer, type StubRequest } from './http-stub.ts';

export const apiKeys = {
  shop: 'shop-key-0123456789abcdef',
  crm: 'crm-key-0123456789abcdef',
  erp: 'erp-key-0123456789abcdef',
} as const;
export const shopAuthorization = 'Bearer receipts-of-the-shop';
export const webhookSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** The example “HTTP API” in a Node-RED of its own, with three callers and a receiver of what is told to notifyUrls. */
export interface HttpApi {
  readonly bench: FlowBench;
  readonly url: string;
  readonly receiver: HttpStub;
  /** As the caller “shop”, unless the headers say otherwise. */
  post(body: unknown, headers?: Readonly<Record<string, string>>): Promise<ApiAnswer>;
  close(): Promise<void>;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export async function openHttpApi(
  answer: (request: StubRequest) => StubAnswer = () => ({ status: 204 }),
): Promise<HttpApi> {
  const receiver = await httpStub(answer);
  const bench = await openFlowBench({ example: 'HTTP API', adjust: withCallers });
  return {
    bench,
    receiver,
    get url() {
      return bench.nodeRed.url;
    },
    async post(body, headers = {}) {
      const response = await fetch(`${bench.nodeRed.url}/v2/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', key: apiKeys.shop, ...headers },
        body: JSON.stringify(body),
      });
      return { status: response.status, headers: response.headers, body: (await response.json()) as never };
    },
    async close() {
      await bench.close();
      await receiver.close();
    },
  };
}

const callers = Object.entries(apiKeys).map(([name, key]) => ({
  name,
  key,
  variable: `${name.toUpperCase()}_API_KEY`,
}));

/** What a person does in the dialogs: keys for the callers, a secret, and this machine as an allowed host. */
function withCallers(node: FlowNode): FlowNode {
  if (node.type === 'tab') {
    const credentials = Object.fromEntries(callers.map(({ variable, key }) => [variable, key]));
    const keys = callers.map(({ variable: name }) => ({ name, value: '', type: 'cred' }));
    const authorization = { name: 'SHOP_AUTHORIZATION', value: shopAuthorization, type: 'str' };
    return { ...node, env: [...keys, authorization], credentials };
  }
  if (node.type === 'send-email') {
    return { ...node, apiKeys: callers.map(({ name, variable }) => ({ name, variable })) };
  }
  if (node.type !== 'webhook-out') return node;
  const authorizations = [{ id: 'shop', variable: 'SHOP_AUTHORIZATION' }];
  return { ...node, allowedHosts: '127.0.0.1', authorizations, credentials: { secret: webhookSecret } };
}
