/** Settings and what surrounds them come in; what keeps recipients from unsubscribing goes out. */
import type { AppSettings } from '../settings/app-settings.ts';
import { receivesAddress } from '../settings/receives-address.ts';

export type SetupWarning =
  | 'no-base-url'
  | 'http-base-url'
  | 'http-node-auth'
  | 'mailto-not-received'
  | 'mailto-not-processed';

export interface SetupFacts {
  readonly settings: Pick<AppSettings, 'baseUrl' | 'unsubscribe' | 'inbound' | 'mailbox'>;
  /** Of its SMTP receiver. */
  readonly forwardingAddress?: string;
  /** The server asks visitors of the public pages for a password. */
  readonly pagesNeedPassword: boolean;
  /** Deployed nodes of this app that process requests by mail: none, some that get no message, or one that does. */
  readonly requests: 'unprocessed' | 'unwired' | 'processed';
}

/** In the order in which they are best put right; none while unsubscribing is off. */
export function setupWarnings(facts: SetupFacts): SetupWarning[] {
  const { settings, pagesNeedPassword } = facts;
  const { enabled, listener } = settings.unsubscribe;
  if (!enabled) return [];
  const warnings: SetupWarning[] = [];
  if (settings.baseUrl === undefined) warnings.push('no-base-url');
  else if (!settings.baseUrl.startsWith('https:')) warnings.push('http-base-url');
  if (pagesNeedPassword && !listener) warnings.push('http-node-auth');
  return [...warnings, ...mailtoWarnings(facts)];
}

/** An app without a source of its own may have mail brought to its filter by a flow. */
function mailtoWarnings({ settings, requests, forwardingAddress }: SetupFacts): SetupWarning[] {
  const { inbound, unsubscribe } = settings;
  const { mailto } = unsubscribe;
  if (!mailto) return [];
  const receives = Boolean(inbound.smtp ?? inbound.imap ?? inbound.ses ?? inbound.http);
  const isReceived = receives
    ? receivesAddress(mailto, settings, forwardingAddress) !== false
    : requests === 'processed';
  const isProcessed = receives ? requests === 'processed' : requests !== 'unprocessed';
  return [
    ...(isReceived ? [] : ['mailto-not-received' as const]),
    ...(isProcessed ? [] : ['mailto-not-processed' as const]),
  ];
}
