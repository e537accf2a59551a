/** A received mail comes in; what tells whether it is about a mail of this app goes out, looked up beforehand. */
import { mentionedIds } from '../inbound/classify-mail.ts';
import type { AboutMail, OwnMails } from '../inbound/own-mails.ts';
import type { ParsedMail } from '../inbound/received-mail.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { DeliveryRecords, MailName } from '../outbound/delivery-records.ts';
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
  const known = ids.length === 0 ? [] : await deliveries.find(ids.map(nameOf));
  const found = new Map<string, AboutMail>();
  for (const [index, part] of known.entries()) {
    if (!part) continue;
    const { id: emailId, correlationId } = part.record;
    found.set(String(ids[index]), { emailId, correlationId });
  }
  return {
    ofReturnAddress: () => undefined,
    ofMessageId: (id) => found.get(id),
    isOwnLoop: () => false,
    isUnsubscribeToken: (word) => openToken(word, keys, settings.appId) !== undefined,
    unsubscribeMailto: settings.unsubscribe.mailto,
  };
}

/** Amazon SES gives a mail a Message-ID of its own: the id that it answered, at a domain of its region. */
function nameOf(messageId: string): MailName {
  const [, providerMessageId] =
    /^([^@]+)@(?:[\w-]+\.)?(?:amazonses|email\.amazonses)\.com$/i.exec(messageId) ?? [];
  return providerMessageId === undefined ? { messageId } : { providerMessageId };
}
