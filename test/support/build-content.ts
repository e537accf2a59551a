import type { MailContent, MailCopy } from '../../nodes/lib/mail/mail-content.ts';

/** A plain mail, changed where the test says so. */
export function buildContent(changes: Partial<MailContent> = {}): MailContent {
  return {
    from: { address: 'shop@example.com', name: 'The Shop' },
    replyTo: [],
    visibleCc: [],
    subject: 'Your order',
    text: 'Thank you.',
    templated: false,
    values: {},
    attachments: [],
    headers: [],
    references: [],
    priority: 'normal',
    ...changes,
  };
}

export function buildCopy(changes: Partial<MailCopy> = {}): MailCopy {
  return {
    messageId: '0123456789abcdef@example.com',
    date: Date.UTC(2026, 0, 5, 12, 0, 7),
    to: { address: 'ann@example.org', name: 'Ann' },
    values: {},
    headers: [],
    ...changes,
  };
}
