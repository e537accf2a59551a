/** A checked request comes in; what the outbox keeps of it for all its copies goes out. Pure. */
import type { MailContent } from '../mail/mail-content.ts';
import type { MailingRequest } from '../outbound/mailings.ts';
import type { CopyPlan } from '../outbound/plan-copies.ts';
import type { SendRequest } from '../request/send-fields.ts';
import type { SendOrder } from './send-order.ts';

/** Who is seen on every copy. */
export type Visible = Pick<CopyPlan, 'visibleTo' | 'visibleCc' | 'primaries'>;

/** `now` in ms since the epoch. */
export function planRequest(
  order: SendOrder,
  request: SendRequest,
  visible: Visible,
  now: number,
): MailingRequest {
  return {
    id: order.requestId,
    node: order.node,
    reports: order.reports,
    message: order.snapshot,
    content: contentOf(request, visible),
    messageClass: request.messageClass,
    listTopic: request.listTopic,
    callbackData: request.callbackData,
    notify: request.notify,
    priority: request.priority,
    acceptedAt: now,
    dueAt: request.sendAt ?? now,
    expiresAt: request.expireAt,
    idempotency: request.idempotency,
  };
}

function contentOf(request: SendRequest, { visibleTo, visibleCc, primaries }: Visible): MailContent {
  const { from, replyTo, subject, text, html, templated, values, attachments } = request;
  const { headers, inReplyTo, references, priority, unsubscribe, tracking, autoSubmitted } = request;
  return {
    from,
    replyTo,
    visibleTo,
    visibleCc,
    primaries,
    subject,
    text,
    html,
    templated,
    values,
    attachments,
    headers,
    inReplyTo,
    references,
    priority,
    unsubscribe,
    tracking,
    autoSubmitted,
  };
}
