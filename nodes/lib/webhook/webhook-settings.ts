/** One webhook-out node as the domain knows it: read once from config and credentials, trusted afterwards. */
import type { ProxySettings, TlsSettings } from '../settings/app-settings.ts';

export interface WebhookSettings {
  /** Node id. */
  readonly endpoint: string;
  readonly name: string;
  /** Undefined: each mail's own `notifyUrl`. */
  readonly url?: string;
  readonly format: WebhookFormat;
  /** First the one in use, then the one before, which receivers may still check against; none: unsigned. */
  readonly secrets: readonly string[];
  /** Value of the Authorization header. */
  readonly authorization?: string;
  /** Of notifyUrlAuthId: name → value of the Authorization header. */
  readonly authorizations: Readonly<Record<string, string>>;
  /** `host` or `host:port` that may be private or spoken to without TLS. */
  readonly allowedHosts: readonly string[];
  readonly tls?: TlsSettings;
  readonly proxy?: ProxySettings;
  readonly concurrency: number;
  /** ms a try may take. */
  readonly timeout: number;
  /** ms after acceptance; then it is given up. */
  readonly giveUpAfter: number;
}

export type WebhookFormat =
  /** Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`. */
  | { readonly kind: 'standard' }
  /** The reference product's payloads and `x-hub-signature`. */
  | { readonly kind: 'webex'; readonly hash: 'sha256' | 'sha512'; readonly timeZone: string }
  /** A JSON template of the user's, signed as `standard`. */
  | { readonly kind: 'template'; readonly template: unknown };
