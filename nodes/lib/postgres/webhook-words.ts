/** Webhooks as the tables hold them, sealed, and their way back. */
import { createHmac } from 'node:crypto';
import type { KeyRing } from '../keys/key-ring.ts';
import { type RowSeal, rowSeal } from '../keys/row-seal.ts';
import { addressHasher } from '../suppression/address-hasher.ts';
import { receiverKey } from '../webhook/receiver-key.ts';
import type { NewWebhook, QueuedWebhook, WebhookTarget } from '../webhook/webhook-queue.ts';
import { openJson, sealJson } from './outbox-words.ts';

export interface WebhookColumns {
  readonly endpoint: string;
  readonly id: string;
  readonly subject: Buffer | null;
  readonly type: string;
  readonly origin: string;
  readonly accepted_at: number;
  readonly size: number;
  readonly person: Buffer | null;
  readonly spelling: Buffer | null;
  readonly target: Uint8Array | null;
  readonly body: Uint8Array;
}

export interface WebhookRow {
  readonly id: string;
  readonly type: string;
  readonly accepted_at: number;
  readonly since: number;
  readonly attempts: number;
  readonly target: Buffer | null;
  readonly body: Buffer;
}

/** What is sealed as `body`. */
type Words = Pick<NewWebhook, 'body' | 'subject' | 'message'>;

export interface WebhookWords {
  columnsOf(webhook: NewWebhook): WebhookColumns;
  queuedOf(row: WebhookRow, endpoint: string): QueuedWebhook;
  openTarget(target: Buffer | null): WebhookTarget | undefined;
  openBody(body: Buffer): string;
  sealText(text: string): Uint8Array;
  openText(sealed: Buffer | null): string;
}

const hashBytes = 16;
const none = Buffer.alloc(0);

export function webhookWords(keys: KeyRing, appId: string): WebhookWords {
  const seal = rowSeal(keys, `${appId} webhook`);
  const { secret } = keys.current('address-hash');
  const hasher = addressHasher(secret);
  const hashSubject = (subject: string) =>
    createHmac('sha256', secret).update(`webhook\0${subject}`).digest().subarray(0, hashBytes);
  const openTarget = (target: Buffer | null) => (target ? openJson<WebhookTarget>(target, seal) : undefined);
  return {
    openTarget,
    openBody: (body) => openJson<Words>(body, seal).body,
    sealText: (text) => seal.seal(Buffer.from(text)),
    openText: (sealed) => (sealed ? seal.open(sealed).toString() : ''),
    columnsOf(webhook) {
      const { subject, person } = webhook;
      const hash = person === undefined ? undefined : hasher.hash(person);
      return {
        ...sealedOf(webhook, seal),
        subject: subject === undefined ? null : hashSubject(subject),
        person: hash?.person ?? null,
        spelling: hash ? (hash.spelling ?? none) : null,
      };
    },
    queuedOf({ id, type, accepted_at, since, attempts, target: sealed, body: words }, endpoint) {
      const target = openTarget(sealed);
      const { body, subject, message } = openJson<Words>(words, seal);
      return {
        ...{ id, endpoint, type, body, acceptedAt: accepted_at, since, attempts },
        ...(subject !== undefined && { subject }),
        ...(target && { target }),
        ...(message !== undefined && { message }),
      };
    },
  };
}

function sealedOf(webhook: NewWebhook, seal: RowSeal) {
  const { endpoint, id, type, acceptedAt, body, subject, message, target } = webhook;
  const sealed = sealJson({ body, subject, message } satisfies Words, seal);
  return {
    ...{ endpoint, id, type },
    origin: receiverKey(target),
    accepted_at: acceptedAt,
    size: sealed.length,
    target: target ? sealJson(target, seal) : null,
    body: sealed,
  };
}
