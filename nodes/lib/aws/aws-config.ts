/** How AWS is reached goes in; what every SDK client of it is made with comes out, made once and shared. */
import type { Clock } from '../kernel/clock.ts';
import { EmailError } from '../kernel/errors.ts';
import type { AwsAccess, AwsKeys } from '../settings/app-settings.ts';
import { connectTime, openHttpHandler, type SharedHttpHandler, wholeTime } from './http-handler.ts';

/** The part of an SDK client's configuration that is ours. */
export interface AwsConfig {
  readonly region: string;
  readonly credentials?: AwsKeys;
  readonly endpoint?: string;
  /** Ours, or the options of the SDK's own where undici is not installed. */
  readonly requestHandler: SharedHttpHandler | PlainHandler;
}

export interface AwsSharedConfig {
  load(): Promise<AwsConfig>;
  close(): Promise<void>;
}

/** Without keys the SDK looks for them itself: environment, profile, role of the machine. */
export function awsConfig(access: AwsAccess, clock: Clock, connections: number): AwsSharedConfig {
  const { region, keys, endpoint, proxy } = access;
  let opening: Promise<SharedHttpHandler | undefined> | undefined;
  let isClosed = false;
  return {
    async load() {
      if (isClosed) throw new EmailError('app-closed', { retryable: true });
      opening ??= openHttpHandler({ proxy, clock, connections });
      return {
        region,
        requestHandler: (await opening) ?? plainHandler(access, connections),
        ...(keys && { credentials: keys }),
        ...(endpoint && { endpoint }),
      };
    },
    async close() {
      isClosed = true;
      // what could not be opened was told to whoever called
      (await opening?.catch(() => undefined))?.close();
    },
  };
}

interface PlainHandler {
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  readonly throwOnRequestTimeout: true;
  readonly httpAgent: { readonly keepAlive: true; readonly maxSockets: number };
  readonly httpsAgent: { readonly keepAlive: true; readonly maxSockets: number };
}

function plainHandler({ proxy }: AwsAccess, maxSockets: number): PlainHandler {
  if (proxy?.http ?? proxy?.https) throw new EmailError('missing-package', { detail: { value: 'undici' } });
  const agent = { keepAlive: true, maxSockets } as const;
  return {
    connectionTimeout: connectTime,
    requestTimeout: wholeTime,
    throwOnRequestTimeout: true,
    httpAgent: agent,
    httpsAgent: agent,
  };
}
