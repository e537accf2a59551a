/** A raw mail in a file comes in; what the package makes of it goes out, in the shape that `npm run score` prints. */
import { createHash } from 'node:crypto';
import { classifyMail } from '../nodes/lib/inbound/classify-mail.ts';
import { noOwnMails, type OwnMails } from '../nodes/lib/inbound/own-mails.ts';
import { readMail } from '../nodes/lib/inbound/read-mail.ts';
import type { DeliveryReport, ReceivedAttachment } from '../nodes/lib/received/received-mail.ts';

export type Judged = Awaited<ReturnType<typeof judgeFile>>;

/** `error`: why a part of the mail, or the file, could not be read. */
export async function judgeFile(file: string, knows: OwnMails = noOwnMails) {
  const facts = { source: 'http', envelope: { to: [] }, receivedAt: 0 } as const;
  const mail = classifyMail(await readMail(file, facts), knows);
  return {
    kind: mail.kind,
    from: mail.from?.address,
    to: mail.to.map(({ address }) => address),
    subject: mail.subject,
    recipients: (mail.reports ?? []).map(shownReport),
    attachments: mail.attachments.map(shownAttachment),
    error: mail.parseError,
  };
}

function shownReport({ address, severity, status, reason, feedbackType }: DeliveryReport) {
  return { address, severity, status, reason, feedbackType };
}

function shownAttachment({ filename, contentType, size, content }: ReceivedAttachment) {
  return { filename, contentType, size, sha256: createHash('sha256').update(content).digest('hex') };
}
