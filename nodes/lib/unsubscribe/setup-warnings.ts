/** Settings and what surrounds them in Node-RED come in; what keeps recipients from unsubscribing goes out. */
import type { AppSettings } from '../settings/app-settings.ts';

export type SetupWarning =
  | 'no-base-url'
  | 'http-base-url'
  | 'http-node-auth'
  | 'mailto-not-received'
  | 'mailto-not-processed';

export interface SetupFacts {
  readonly settings: Pick<AppSettings, 'baseUrl' | 'unsubscribe'>;
  /** Node-RED asks visitors of its public pages for a password. */
  readonly pagesNeedPassword: boolean;
  /** Deployed nodes of this app that process requests by mail: none, some that get no message, or one that does. */
  readonly requests: 'unprocessed' | 'unwired' | 'processed';
}

/** In the order in which they are best put right; none while unsubscribing is off. */
export function setupWarnings({ settings, pagesNeedPassword, requests }: SetupFacts): SetupWarning[] {
  const { enabled, listener, mailto } = settings.unsubscribe;
  if (!enabled) return [];
  const warnings: SetupWarning[] = [];
  if (settings.baseUrl === undefined) warnings.push('no-base-url');
  else if (!settings.baseUrl.startsWith('https:')) warnings.push('http-base-url');
  if (pagesNeedPassword && !listener) warnings.push('http-node-auth');
  // No app receives mail by itself in this version, so a flow has to bring it.
  if (mailto && requests !== 'processed') warnings.push('mailto-not-received');
  if (mailto && requests === 'unprocessed') warnings.push('mailto-not-processed');
  return warnings;
}
