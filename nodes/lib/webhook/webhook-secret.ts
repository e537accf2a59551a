/** Secrets that webhooks are signed with: as a person types them in, the key that HMAC takes out. */
import type { WebhookFormat } from './webhook-settings.ts';

/** Standard Webhooks, “Signature scheme”. */
const prefix = 'whsec_';
const [leastBytes, mostBytes] = [24, 64];
const leastCharacters = 16;

/** Why it can't be one, or undefined. Shows nothing of it. */
export function faultOfSecret(secret: string, format: WebhookFormat['kind']): string | undefined {
  if (format === 'webex') {
    return secret.length < leastCharacters ? `it has fewer than ${leastCharacters} characters` : undefined;
  }
  if (!secret.startsWith(prefix)) return `it must begin with ${prefix}`;
  const { length } = secretKey(secret);
  const isExact = secretKey(secret).toString('base64') === secret.slice(prefix.length);
  if (isExact && length >= leastBytes && length <= mostBytes) return undefined;
  return `after ${prefix} it must be base64 of ${leastBytes} to ${mostBytes} bytes`;
}

export function secretKey(secret: string): Buffer {
  return Buffer.from(secret.slice(prefix.length), 'base64');
}
