/** A webhook and its node's settings come in; where to post it and with which authorization go out. */
import { EmailError } from '../kernel/errors.ts';
import { textMember } from '../kernel/own-member.ts';
import type { QueuedWebhook } from './webhook-queue.ts';
import type { WebhookSettings } from './webhook-settings.ts';

export interface Destination {
  readonly url: string;
  /** Value of the Authorization header. */
  readonly authorization?: string;
}

/**
 * The node's own authorization goes to its own URL alone. Throws EmailError `no-webhook-url`, or `unknown-authorization`
 * for one that the node does not have.
 */
export function destinationOf(
  { target }: Pick<QueuedWebhook, 'target'>,
  { url, authorization, authorizations }: WebhookSettings,
): Destination {
  if (!target) {
    if (url === undefined) throw new EmailError('no-webhook-url', { field: 'url' });
    return { url, authorization };
  }
  if (target.authId === undefined) return { url: target.url };
  const stored = textMember(authorizations, target.authId);
  if (stored === undefined)
    throw new EmailError('unknown-authorization', { detail: { value: target.authId } });
  return { url: target.url, authorization: stored };
}

/** As people may see it: without user, password, query and fragment; empty if it is no URL. */
export function shownUrl(url: string): string {
  const { origin, pathname } = URL.parse(url) ?? {};
  return origin === undefined ? '' : `${origin}${pathname}`;
}
