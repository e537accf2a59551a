/** The sample mail as it goes over the wire, without Node-RED and queue. */
import type { MailContent } from '../nodes/lib/mail/mail-content.ts';
import { compileMail } from '../nodes/lib/template/compile-mail.ts';
import { recipient, sampleMail } from './sample-mail.ts';

export const sampleContent: MailContent = {
  from: { address: sampleMail.from },
  replyTo: [],
  visibleCc: [],
  subject: sampleMail.topic,
  html: sampleMail.html,
  text: sampleMail.text,
  templated: false,
  values: {},
  attachments: [],
  headers: [],
  references: [],
  priority: 'normal',
};

const compiled = await compileMail(sampleContent);

export const builtMail = compiled.render({
  messageId: 'bench@example.com',
  date: 0,
  to: { address: recipient(0) },
  values: {},
  headers: [],
});
