/** A URL and the proxies in; the way an HTTP request takes there out, and the time the other side says it is. */
import { type AgentOptions, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { EmailError } from '../kernel/errors.ts';
import type { ProxySettings } from '../settings/app-settings.ts';

export interface ProviderAgent {
  /** For one request. HTTP clients that copy their options copy functions as they are, but would tear an Agent apart. */
  readonly agent: object;
  /** ms since the epoch, from the answer's Date header; undefined before there is one. */
  answeredAt(): number | undefined;
}

/** Throws EmailError `oauth-refused` when a proxy is set and this Node has none to offer (before 22.21 and 24.5). */
export function providerAgent(url: string, proxy: ProxySettings | undefined): ProviderAgent {
  const agent = openAgent(url, proxy);
  let date: string | undefined;
  return {
    agent: {
      protocol: url.startsWith('https:') ? 'https:' : 'http:',
      defaultPort: url.startsWith('https:') ? 443 : 80,
      addRequest(request: NodeJS.EventEmitter, options: unknown) {
        request.once('response', ({ headers }) => {
          date = headers.date;
        });
        (agent as unknown as RequestQueue).addRequest(request, options);
      },
    },
    answeredAt() {
      const at = Date.parse(date ?? '');
      return Number.isNaN(at) ? undefined : at;
    },
  };
}

/** What node's Agent has, and what every agent must have, that its types leave out. */
interface RequestQueue {
  addRequest(request: unknown, options: unknown): void;
}

/** Only what is encrypted leaves this machine, so only that has need of a proxy. */
function openAgent(url: string, proxy: ProxySettings | undefined): HttpAgent {
  if (!url.startsWith('https:')) return new HttpAgent();
  if (!proxy?.https) return new HttpsAgent();
  const proxyEnv = { HTTPS_PROXY: proxy.https, NO_PROXY: proxy.except };
  const agent = new HttpsAgent({ proxyEnv } as AgentOptions);
  const knowsProxies = Object.getOwnPropertySymbols(agent).some((symbol) => /proxy/i.test(String(symbol)));
  if (knowsProxies) return agent;
  throw new EmailError('oauth-refused', {
    detail: {
      value: new URL(url).hostname,
      why: 'a proxy is set, and this version of Node cannot use one here; it takes Node 22.21, 24.5 or later',
    },
    retryable: true,
  });
}
