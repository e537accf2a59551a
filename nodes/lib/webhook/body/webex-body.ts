/** An event or a received mail comes in; the payload that the reference product posts of it goes out, key by key. Pure. */
import type { EmailEvent } from '../../event/event-log.ts';
import { ownMember, textMember } from '../../kernel/own-member.ts';
import { webexInbound } from './webex-inbound.ts';
import { webexReceipt } from './webex-receipts.ts';
import type { WebhookOrder } from './webhook-body.ts';
import { zonedTime } from './zoned-time.ts';

/**
 * Undefined where it has none: a mail that was queued or is delayed, events of the app, messages that are no received
 * mail. Times stand in the node's time zone, as there in the tenant's.
 */
export function webexBody(order: WebhookOrder, timeZone: string): string | undefined {
  if (order.kind === 'other') return webexInbound(ownMember(order.message, 'email'), order.at, timeZone);
  return receiptBody(order.event, timeZone) ?? listBody(order.event, timeZone);
}

function receiptBody(event: EmailEvent, timeZone: string): string | undefined {
  const receipt = webexReceipt(event);
  return (
    receipt &&
    JSON.stringify({
      deliveryInfoNotification: {
        deliveryInfo: {
          deliveryChannel: 'email',
          Description: receipt.Description,
          destinationType: 'email',
          timeStamp: zonedTime(event.at, timeZone),
          code: receipt.code,
          deliveryStatus: receipt.deliveryStatus,
          destination: event.recipient ?? '',
          additionalInfo: receipt.additionalInfo,
        },
        correlationid: event.correlationId ?? '',
        callbackData: event.callbackData ?? '',
        transid: event.emailId ?? '',
        subtid: '',
      },
    })
  );
}

/** What follows from a bounce or complaint is told by its receipt; an import names nobody. */
const ownWords: readonly string[] = ['bounce', 'complaint', 'import'];

function listBody(event: EmailEvent, timeZone: string): string | undefined {
  const word = wordOf(event);
  if (word === undefined || event.recipient === undefined) return undefined;
  return JSON.stringify({
    channel: 'Email',
    from: event.recipient,
    appId: event.app,
    event: word,
    senderId: event.from ?? '',
    correlationId: event.correlationId ?? '',
    ts: zonedTime(event.at, timeZone),
    tid: event.emailId ?? '',
  });
}

function wordOf({ type, detail }: EmailEvent): string | undefined {
  if (ownWords.includes(textMember(detail, 'method') ?? '')) return undefined;
  if (type === 'unsubscribe.added') return 'Unsubscribe';
  return type === 'unsubscribe.removed' ? 'Subscribe' : undefined;
}
