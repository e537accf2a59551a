/** A queued mail comes in; it goes out read, authenticated and classified. */
import { classifyMail } from '../inbound/classify-mail.ts';
import type { QueuedMail } from '../inbound/inbound-queue.ts';
import { authenticate } from '../inbound/mail-authentication.ts';
import { readMail } from '../inbound/read-mail.ts';
import type { Clock } from '../kernel/clock.ts';
import type { ReceivedMail } from '../received/received-mail.ts';
import { lookUpOwnMails, type OwnRooms } from './look-up-own-mails.ts';

export interface ReadRooms extends OwnRooms {
  readonly clock: Clock;
}

/** Rejects when the file cannot be read or the store does not answer, and not because of what is in the mail. */
export async function readReceived({ file, facts }: QueuedMail, rooms: ReadRooms): Promise<ReceivedMail> {
  const { clock } = rooms;
  const [parsed, auth] = await Promise.all([readMail(file, facts), authenticate(file, facts, { clock })]);
  const mail = { ...parsed, auth };
  return classifyMail(mail, await lookUpOwnMails(mail, rooms));
}
