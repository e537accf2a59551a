/** A webhook comes in and is signed and posted once; what the try came to goes out. */
import { asEmailError } from '../kernel/errors.ts';
import type { EndpointParts } from './open-endpoint.ts';
import type { WebhookAnswer } from './webhook-answer.ts';
import type { QueuedWebhook } from './webhook-queue.ts';
import { type Destination, destinationOf } from './webhook-target.ts';

type Parts = Pick<EndpointParts, 'settings' | 'sign' | 'poster' | 'clock'>;

/** Never rejects: what goes wrong here is tried again, but for a destination that there is not. */
export async function postWebhook(webhook: QueuedWebhook, parts: Parts): Promise<WebhookAnswer> {
  let destination: Destination;
  try {
    destination = destinationOf(webhook, parts.settings);
  } catch (thrown) {
    return { kind: 'refused', ...reasonOf(thrown) };
  }
  try {
    return await postTo(destination, webhook, parts);
  } catch (thrown) {
    return { kind: 'later', ...reasonOf(thrown) };
  }
}

function postTo(
  { url, authorization }: Destination,
  { id, body }: QueuedWebhook,
  { settings, sign, poster, clock }: Parts,
): Promise<WebhookAnswer> {
  const signed = sign({ id, body, now: clock.now(), settings });
  const headers = authorization === undefined ? signed : { ...signed, authorization };
  return poster.post({ url, headers, body });
}

function reasonOf(thrown: unknown): { readonly code: string; readonly why: string } {
  const { code, message: why } = asEmailError(thrown);
  return { code, why };
}
