/** The header of a mail from a mailbox comes in; the envelope that its server noted there goes out, as far as one can tell. */
import { receivedAddress } from '../received/received-addresses.ts';
import { firstField, type HeaderFields } from '../received/received-fields.ts';
import type { ReceivedEnvelope } from '../received/received-mail.ts';

/**
 * RFC 5321 §4.4: the last server writes `Return-Path` on top; `Delivered-To` and `X-Original-To` are custom. What stands
 * further down is of earlier servers, or of whoever wrote the mail, and so may the topmost be where a server writes none:
 * nobody vouches for it.
 */
export function headerEnvelope(headers: HeaderFields): ReceivedEnvelope {
  const path = firstField(headers, 'return-path');
  const isNobody = /^<\s*>$/.test(path);
  const recipient = noted(firstField(headers, 'delivered-to')) ?? noted(firstField(headers, 'x-original-to'));
  return { from: isNobody ? '' : noted(path), to: recipient === undefined ? [] : [recipient] };
}

function noted(text: string): string | undefined {
  return receivedAddress(/^<(.*)>$/.exec(text)?.[1] ?? text);
}
