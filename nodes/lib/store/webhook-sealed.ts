/** What rows of webhooks keep of people and words, sealed; and back, of older rows in the clear. */
import type { RowSeal } from '../keys/row-seal.ts';
import type { NewWebhook, WebhookTarget } from '../webhook/webhook-queue.ts';
import { openJson, openText, sealJson, sealText } from './outbox-sealed.ts';

type Posted = Pick<NewWebhook, 'body' | 'message'>;

export interface PostedColumns {
  readonly body: string;
  readonly message: string | null;
  readonly sealed: Uint8Array | null;
}

const lineFeed = '\n';

/** The message as JSON, a line feed, and the body as it is. */
export function sealPosted({ body, message }: Posted, seal: RowSeal): Uint8Array {
  return sealText(JSON.stringify(message ?? null) + lineFeed + body, seal);
}

export function openPosted({ body, message, sealed }: PostedColumns, seal: RowSeal): Posted {
  if (!sealed) return message === null ? { body } : { body, message };
  const text = openText(sealed, seal);
  const end = text.indexOf(lineFeed);
  const told: string | null = JSON.parse(text.slice(0, end));
  return { body: text.slice(end + 1), ...(told !== null && { message: told }) };
}

export interface TargetColumns {
  readonly url: string | null;
  readonly auth_id: string | null;
  readonly sealed_target: Uint8Array | null;
}

export function sealTarget(target: WebhookTarget | undefined, seal: RowSeal): Uint8Array | null {
  return target === undefined ? null : sealJson([target.url, target.authId], seal);
}

export function openTarget(
  { sealed_target, ...clear }: TargetColumns,
  seal: RowSeal,
): WebhookTarget | undefined {
  const [url, authId] = sealed_target
    ? openJson<[string, string | null]>(sealed_target, seal)
    : [clear.url, clear.auth_id];
  if (url === null) return undefined;
  return authId === null ? { url } : { url, authId };
}

export interface WhyColumns {
  readonly why: string;
  readonly sealed_why: Uint8Array | null;
}

export function openWhy({ why, sealed_why }: WhyColumns, seal: RowSeal): string {
  return sealed_why ? openText(sealed_why, seal) : why;
}
