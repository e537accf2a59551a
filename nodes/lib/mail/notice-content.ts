/** Texts go in; the content of a mail that the app writes by itself comes out: nothing to fill in, nothing attached. */
import type { MailContent } from './mail-content.ts';
import type { Mailbox } from './mailbox.ts';

export function noticeContent(
  from: Mailbox,
  texts: Pick<MailContent, 'subject' | 'text' | 'html'>,
): MailContent {
  return {
    from,
    replyTo: [],
    visibleCc: [],
    ...texts,
    templated: false,
    values: {},
    attachments: [],
    headers: [],
    references: [],
    priority: 'normal',
    autoSubmitted: 'auto-generated',
  };
}
