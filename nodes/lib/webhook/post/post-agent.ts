/** A checked receiver and what is posted to it come in; undici carries it, over connections to checked addresses only. */
import type { LookupFunction } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { buildConnector, Dispatcher } from 'undici';
import { EmailError } from '../../kernel/errors.ts';
import { loadUndici, type Undici } from '../../kernel/load-undici.ts';
import type { TlsSettings } from '../../settings/app-settings.ts';
import type { WebhookRequest } from '../webhook-answer.ts';
import type { WebhookSettings } from '../webhook-settings.ts';
import { BlockedAddress } from './guarded-lookup.ts';
import type { PostExchange } from './post-exchange.ts';
import { type Receiver, readReceiver } from './receiver.ts';

export interface PostAgent {
  post(receiver: Receiver, request: WebhookRequest, exchange: PostExchange): void;
  /** Resolves when the last answer has come. */
  close(): Promise<void>;
}

export interface AgentLookups {
  /** For hosts that may be private. */
  readonly free: LookupFunction;
  readonly guarded: LookupFunction;
}

type AgentSettings = Pick<
  WebhookSettings,
  'url' | 'allowedHosts' | 'tls' | 'proxy' | 'concurrency' | 'timeout'
>;
export type LoadUndici = () => Promise<Undici | undefined>;

/** ms; shorter than what most servers wait, so that few webhooks meet a connection that was just given up. */
const idleTime = 4_000;
/** ms, if the receiver offers more: what lies between may forget a connection earlier, and tells nobody. */
const longestIdleTime = 30_000;

/** Throws EmailError `missing-package` when undici is not installed, and `bad-settings` for a certificate that can't be used. */
export async function openPostAgent(
  settings: AgentSettings,
  lookups: AgentLookups,
  load: LoadUndici = loadUndici,
): Promise<PostAgent> {
  const undici = await load();
  if (!undici) throw new EmailError('missing-package', { detail: { value: 'undici' } });
  const agent = openAgent(undici, settings, lookups);
  return {
    post: ({ origin, path }, { headers, body }, exchange) =>
      void agent.dispatch({ origin, path, method: 'POST', headers: { ...headers }, body }, exchange),
    // closed a second time it rejects
    close: () => agent.close().catch(() => {}),
  };
}

function openAgent(undici: Undici, settings: AgentSettings, lookups: AgentLookups): Dispatcher {
  const tls = tlsOptions(settings.tls);
  const toStrangers = settings.url === undefined ? tlsOptions(trustAlone(settings.tls)) : tls;
  const connectors = {
    free: undici.buildConnector({ ...tls, lookup: lookups.free, timeout: settings.timeout }),
    guarded: undici.buildConnector({ ...toStrangers, lookup: lookups.guarded, timeout: settings.timeout }),
  };
  const options = {
    connections: settings.concurrency,
    keepAliveTimeout: idleTime,
    keepAliveMaxTimeout: longestIdleTime,
    // the exchange has a time of its own, for all of it
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: connectorFor(settings.allowedHosts, connectors),
  };
  const { http = '', https = '', except: noProxy = '' } = settings.proxy ?? {};
  if (!http && !https) return new undici.Agent(options);
  const proxies = { httpProxy: http, httpsProxy: https, noProxy };
  return new undici.EnvHttpProxyAgent({ ...options, ...proxies, requestTls: toStrangers });
}

/** Looks again at what is connected to: no other way leads out. */
function connectorFor(
  allowedHosts: readonly string[],
  { free, guarded }: Readonly<Record<keyof AgentLookups, buildConnector.connector>>,
): buildConnector.connector {
  return (options, callback) => {
    const receiver = readReceiver(`${options.protocol}//${options.host}/`, allowedHosts);
    if ('code' in receiver) return callback(new BlockedAddress(), null);
    return (receiver.isAllowed ? free : guarded)(options, callback);
  };
}

/** Our certificate, and the name of one server, are nothing for whoever had a mail name its URL. */
function trustAlone(tls: TlsSettings | undefined): TlsSettings | undefined {
  return tls && { ca: tls.ca, verify: tls.verify };
}

/** One context for all connections: each of its own would read all root certificates again. */
function tlsOptions(tls: TlsSettings | undefined) {
  const { ca, cert, key, passphrase, servername, verify = true } = tls ?? {};
  try {
    const secureContext = createSecureContext({ ca, cert, key, passphrase });
    return { secureContext, servername, rejectUnauthorized: verify };
  } catch {
    const why = 'certificate, key and passphrase do not fit together';
    throw new EmailError('bad-settings', { field: 'tls', detail: { why } });
  }
}
