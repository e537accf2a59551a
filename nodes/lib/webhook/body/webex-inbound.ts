/** `msg.email` of a received mail comes in; the reference product's payload about received mail goes out. Pure. */
import { types } from 'node:util';
import { listMember, ownMember, textMember } from '../../kernel/own-member.ts';
import { zonedTime } from './zoned-time.ts';

/** Its older sample, which holds the files themselves. Undefined for what is no received mail. */
export function webexInbound(email: unknown, at: number, timeZone: string): string | undefined {
  const from = textMember(ownMember(email, 'from'), 'address');
  if (from === undefined || textMember(email, 'kind') === undefined) return undefined;
  const [replyTo] = addresses(email, 'replyTo');
  const receivedAt = ownMember(email, 'receivedAt');
  return JSON.stringify({
    to: addresses(email, 'to'),
    ts: zonedTime(typeof receivedAt === 'number' ? receivedAt : at, timeZone),
    textMessage: textMember(email, 'text') ?? '',
    subject: textMember(email, 'subject') ?? '',
    event: 'MO',
    from,
    tid: textMember(email, 'id') ?? '',
    messageId: textMember(email, 'messageId') ?? '',
    returnPath: replyTo ?? from,
    htmlMessage: textMember(email, 'html') ?? '',
    channel: 'email',
    attachments: listMember(email, 'attachments').flatMap(readAttachment),
  });
}

function addresses(email: unknown, name: string): string[] {
  return listMember(email, name).flatMap((mailbox) => textMember(mailbox, 'address') ?? []);
}

/** The node that received it may have been told to leave the bytes out. */
function readAttachment(part: unknown): object[] {
  const content = ownMember(part, 'content');
  if (!types.isUint8Array(content)) return [];
  return [
    {
      content: Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('base64'),
      name: textMember(part, 'filename') ?? '',
      contentType: textMember(part, 'contentType') ?? '',
      contentTransferEncoding: 'base64',
    },
  ];
}
