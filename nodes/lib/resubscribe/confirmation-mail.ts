/** Whom to ask, and the link that confirms, come in; the request for the outbox that asks them goes out. */
import { domainOf } from '../mail/address.ts';
import type { MailContent } from '../mail/mail-content.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import { newMessageId } from '../mail/message-id.ts';
import { noticeContent } from '../mail/notice-content.ts';
import type { NewRequest } from '../outbound/outbox.ts';
import { escapeHtml } from '../unsubscribe/page-frame.ts';
import type { PageTexts } from '../unsubscribe/page-texts.ts';
import { confirmationLifetime } from './pending-confirmations.ts';

export interface ConfirmationMail {
  readonly from: Mailbox;
  /** A checked address. */
  readonly to: string;
  readonly url: string;
  readonly organisation: string;
  readonly texts: PageTexts;
  readonly emailId: string;
  /** ms since the epoch */
  readonly now: number;
}

/** No node is told of it, and it is worth nothing after the link is. */
export function confirmationMail(mail: ConfirmationMail, newId: () => string): NewRequest {
  const { from, to, emailId, now } = mail;
  const messageId = newMessageId(newId, domainOf(from.address));
  return {
    id: newId(),
    node: '',
    reports: false,
    content: contentOf(mail),
    messageClass: 'transactional',
    priority: 'high',
    acceptedAt: now,
    dueAt: now,
    expiresAt: now + confirmationLifetime,
    parts: [{ id: emailId, to: { address: to }, recipients: [to], riders: [], values: {}, messageId }],
  };
}

function contentOf({ from, url, organisation, texts }: ConfirmationMail): MailContent {
  const fill = (text: string) => text.replaceAll('{organisation}', () => organisation);
  const [subject, asked, ignore] = [texts.mailSubject, texts.mailText, texts.mailIgnore].map(fill);
  return noticeContent(from, {
    subject: subject ?? '',
    text: `${asked}\n\n${url}\n\n${ignore}\n`,
    html: htmlOf(texts, url, [asked ?? '', ignore ?? '']),
  });
}

const bodyStyle =
  'margin:0;padding:24px 12px;background:#f3f5f7;color:#1b2430;font:16px/1.55 system-ui,sans-serif';
const cardStyle =
  'max-width:480px;margin:0 auto;padding:32px;background:#fff;border:1px solid #d5dbe2;border-radius:16px';
const buttonStyle =
  'display:inline-block;padding:12px 20px;border-radius:10px;background:#1d5fbf;color:#fff;font-weight:600;text-decoration:none';

/** As the pages look, as far as mail programs let it. */
function htmlOf({ lang, dir, again }: PageTexts, url: string, [asked = '', ignore = '']: string[]): string {
  return `<!doctype html>
<html lang="${lang}" dir="${dir}">
<head><meta charset="utf-8"></head>
<body style="${bodyStyle}">
<div style="${cardStyle}">
<p style="margin:0 0 20px">${escapeHtml(asked)}</p>
<p style="margin:0 0 20px"><a href="${escapeHtml(url)}" style="${buttonStyle}">${escapeHtml(again)}</a></p>
<p style="margin:0;font-size:14px;color:#556070">${escapeHtml(ignore)}</p>
</div>
</body>
</html>
`;
}
