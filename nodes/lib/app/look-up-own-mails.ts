/** A received mail comes in; what tells whether it is about a mail of this app goes out, looked up beforehand. */
import { mentionedIds, taggedAddresses } from '../inbound/classify-mail.ts';
import type { OwnMail, OwnMails } from '../inbound/own-mails.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { openMailTag } from '../keys/mail-tag.ts';
import type { DeliveryRecords, MailName } from '../outbound/delivery-records.ts';
import { openReturnAddress } from '../outbound/return-address.ts';
import type { ParsedMail } from '../received/received-mail.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import { openToken } from '../unsubscribe/unsubscribe-token.ts';

export interface OwnRooms {
  readonly settings: Pick<AppSettings, 'appId' | 'unsubscribe'>;
  readonly keys: KeyRing;
  readonly deliveries: DeliveryRecords;
}

/** The surest come first; a thread of years needs no more. */
const mostIds = 20;

export async function lookUpOwnMails(mail: ParsedMail, rooms: OwnRooms): Promise<OwnMails> {
  const { settings, keys, deliveries } = rooms;
  const ids = mentionedIds(mail).slice(0, mostIds);
  const returned = returnAddresses(mail, keys);
  const names = [...ids.map(nameOf), ...[...returned.values()].map((key) => ({ key }))];
  const known = names.length === 0 ? [] : await deliveries.find(names);
  const found = new Map<string, OwnMail>();
  for (const [index, name] of [...ids, ...returned.keys()].entries()) {
    const { id: emailId, correlationId } = known[index]?.record ?? {};
    if (emailId !== undefined) found.set(name, { emailId, correlationId });
  }
  return {
    ofReturnAddress: (address) => found.get(address),
    ofMessageId: (id) => found.get(id),
    isOwnLoop: (value) => openMailTag(value, keys) !== undefined,
    isUnsubscribeToken: (word) => openToken(word, keys, settings.appId) !== undefined,
    unsubscribeMailto: settings.unsubscribe.mailto,
  };
}

/** The ids of mails in the tags of addresses that this mail was sent to, or that it returns. */
function returnAddresses(mail: ParsedMail, keys: KeyRing): ReadonlyMap<string, string> {
  const opened = taggedAddresses(mail).map((address) => [address, openReturnAddress(address, keys)] as const);
  return new Map(opened.flatMap(([address, emailId]) => (emailId === undefined ? [] : [[address, emailId]])));
}

/** Amazon SES gives a mail a Message-ID of its own: the id that it answered, at a domain of its region. */
function nameOf(messageId: string): MailName {
  const [, providerMessageId] =
    /^([^@]+)@(?:[\w-]+\.)?(?:amazonses|email\.amazonses)\.com$/i.exec(messageId) ?? [];
  return providerMessageId === undefined ? { messageId } : { providerMessageId };
}
