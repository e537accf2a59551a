/** A webhook's id, body and time come in; all headers that it is posted with, but Authorization, go out. Pure. */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { secretKey } from './webhook-secret.ts';
import type { WebhookSettings } from './webhook-settings.ts';

export interface WebhookToSign {
  readonly id: string;
  readonly body: string;
  /** ms since the epoch, of this try */
  readonly now: number;
  readonly settings: Pick<WebhookSettings, 'format' | 'secrets'>;
}

/**
 * Standard Webhooks: `webhook-signature` is `v1,` and base64 of HMAC-SHA-256 over `id.timestamp.body`, once for each
 * secret. In the reference product's format it is `x-hub-signature` over the body; that header has room for one secret.
 */
export function signWebhook({ id, body, now, settings }: WebhookToSign): Record<string, string> {
  const { format, secrets } = settings;
  const seconds = String(Math.floor(now / 1000));
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'user-agent': 'email-app',
    'webhook-id': id,
    'webhook-timestamp': seconds,
  };
  const [first] = secrets;
  if (first === undefined) return headers;
  if (format.kind === 'webex') {
    const hex = createHmac(format.hash, first).update(body).digest('hex');
    headers['x-hub-signature'] = `${format.hash}=${hex}`;
  } else {
    const content = `${id}.${seconds}.${body}`;
    headers['webhook-signature'] = keysOf(secrets)
      .map((key) => standardSignature(key, content))
      .join(' ');
  }
  return headers;
}

function standardSignature(key: KeyObject, content: string): string {
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}

const keys = new WeakMap<readonly string[], readonly KeyObject[]>();

/** Made once for a node: to make them each time would cost several times what the signature does. */
function keysOf(secrets: readonly string[]): readonly KeyObject[] {
  const made = keys.get(secrets) ?? secrets.map((secret) => createSecretKey(secretKey(secret)));
  keys.set(secrets, made);
  return made;
}
