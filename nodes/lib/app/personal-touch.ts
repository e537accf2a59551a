/** One copy comes in; what is in it for its reader alone, the way to unsubscribe, goes out. */
import { EmailError } from '../kernel/errors.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { MailCopy, UnsubscribeOffer } from '../mail/mail-content.ts';
import type { NewPart } from '../outbound/outbox.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import { unsubscribeValues } from '../template/unsubscribe-tag.ts';
import { unsubscribeHeaders } from '../unsubscribe/unsubscribe-headers.ts';
import { sealToken } from '../unsubscribe/unsubscribe-token.ts';
import { unsubscribeUrl } from '../unsubscribe/unsubscribe-url.ts';

export interface PersonalCopy {
  readonly part: Pick<NewPart, 'id' | 'to' | 'values'>;
  readonly listTopic?: string;
}

export interface TokenRooms {
  readonly settings: Pick<AppSettings, 'appId' | 'baseUrl' | 'unsubscribe'>;
  readonly keys: KeyRing;
}

/** The link wins over a value of its name. Throws EmailError `missing-base-url`. */
export function personalTouch(
  offer: UnsubscribeOffer | undefined,
  { part, listTopic }: PersonalCopy,
  { settings, keys }: TokenRooms,
): Pick<MailCopy, 'values' | 'headers'> {
  if (!offer) return { values: part.values, headers: [] };
  const { appId, baseUrl, unsubscribe } = settings;
  if (baseUrl === undefined && offer.url === undefined) {
    throw new EmailError('missing-base-url', { field: 'baseUrl' });
  }
  const token = sealToken({ appId, address: part.to.address, listTopic, emailId: part.id }, keys);
  const url = offer.url ?? unsubscribeUrl(baseUrl ?? '', appId, token);
  const mailto = offer.mailto ?? unsubscribe.mailto;
  const subject = offer.subject ?? `List-Unsubscribe ${token}`;
  return {
    values: { ...part.values, ...unsubscribeValues(url) },
    headers: offer.headers ? unsubscribeHeaders({ url, mailto, subject }) : [],
  };
}
