/** A mail of a person comes in; whether it asks to get no more mail goes out. Whether it is to be believed is another matter. */

import type { ParsedMail } from '../received/received-mail.ts';
import { isRequestSubject, isSentTo, requestWords } from '../unsubscribe/request-words.ts';
import type { OwnMails } from './own-mails.ts';

export function asksToLeave({ to, cc, envelope, subject }: ParsedMail, knows: OwnMails): boolean {
  const addresses = [...to, ...cc].map(({ address }) => address).concat(envelope.to);
  const { unsubscribeMailto: mailto } = knows;
  if (mailto !== undefined && addresses.some((address) => isSentTo(mailto, address))) return true;
  return (
    isRequestSubject(subject) ||
    requestWords(addresses, subject).some((word) => knows.isUnsubscribeToken(word))
  );
}
