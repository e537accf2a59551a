/** Copies come in one by one; whatever would fail at hand-over is refused while the sender can still see it. */
import type { Values } from '../mail/mail-content.ts';
import type { MailingRequest } from '../outbound/mailings.ts';
import { mailTooLarge } from '../request/mail-too-large.ts';
import type { ReadyMail } from './compiled-mails.ts';
import { personalTouch } from './personal-touch.ts';
import type { SendingRooms } from './send-order.ts';

/**
 * Answers the subject that the reader sees, if it is not that of all. Throws EmailError: `missing-substitution`,
 * `mail-too-large`, and what else `CompiledMail.render` throws.
 */
export type CopyCheck = (values: Values) => string | undefined;

/** The links of all readers are alike but for what they hold, so one is made for all. */
export function copyCheck(
  mail: ReadyMail,
  { id, content, listTopic }: MailingRequest,
  rooms: Pick<SendingRooms, 'settings' | 'keys'>,
): CopyCheck {
  const { compiled, unsubscribe } = mail;
  const limit = rooms.settings.delivery.maxMailBytes;
  const copy = { part: { id, to: content.from, values: {} }, listTopic };
  const link = unsubscribe && personalTouch(unsubscribe, copy, rooms).values;
  return (own) => {
    const values = link ? { ...own, ...link } : own;
    const { subject, roughSize } = compiled.tryCopy(values);
    const size = roughSize > limit ? compiled.encodedSize(values) : roughSize;
    if (size > limit) throw mailTooLarge(size, limit, 'body');
    return content.templated && subject !== content.subject ? subject : undefined;
  };
}
