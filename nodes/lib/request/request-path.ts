/** The path of a message's field comes in; where the same thing stands in the request it was made from goes out. */
import type { MessageRequest } from './message-request-schema.ts';

const places: Readonly<Record<string, string>> = {
  'from.address': 'from',
  'from.name': 'options.fromName',
  copies: 'multipleToRecipients',
  trackOpens: 'options.trackOpens',
  trackClicks: 'options.trackClicks',
  unsubscribeUrl: 'options.listUnsubscribeUrl',
  unsubscribeMailto: 'options.unsubscribeEmailAddress',
  unsubscribeSubject: 'options.unsubscribeEmailSubject',
  template: 'template.id',
  templateSubject: 'template.subject',
  messageClass: 'class',
  subject: 'content.subject',
  replyTo: 'content.replyTo',
  html: 'content.html',
  text: 'content.text',
  plaintext: 'content.text',
};

const attachmentKeys: Readonly<Record<string, string>> = { filename: 'name', contentType: 'mimetype' };

export function requestPath(request: MessageRequest): (field: string) => string {
  return (field) => {
    if (request.template && ['subject', 'html', 'text', 'body'].includes(field)) return 'template.id';
    if (field === 'payload' || field === 'body') return `content.${request.content?.type ?? 'text'}`;
    const [, list, index, key = '', rest = ''] =
      /^(to|attachments)\[(\d+)\](?:\.(\w+))?(.*)$/.exec(field) ?? [];
    if (list === undefined) return places[field] ?? field;
    if (list === 'to') return recipientPath(request, Number(index), key) + rest;
    return `content.attachments[${index}]${key && `.${attachmentKeys[key] ?? key}`}${rest}`;
  };
}

/** Our list of recipients is flat; the request groups addresses that share values. */
function recipientPath({ to }: MessageRequest, index: number, key: string): string {
  let position = index;
  const group = to.findIndex(({ email }) => {
    if (position < email.length) return true;
    position -= email.length;
    return false;
  });
  const shared = key === 'substitutions' || key === 'correlationId';
  return `to[${group}].${shared ? key : `email[${position}]`}`;
}
