/** What a mail was made of comes in; the mail goes out as it was sent, but for signature and dates. */

import { addressKey } from '../mail/address.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import { type ParsedMail, parseMail } from '../mail/parse-mail.ts';
import type { KeptMessage } from '../message-log/message-log.ts';
import type { OutboxEntry } from '../outbound/outbox.ts';
import { type ComposingRooms, mailComposer } from './mail-composer.ts';

export interface OpenedMail extends ParsedMail {
  readonly from: Mailbox;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  /** Who had it and is named nowhere in it. */
  readonly bcc: readonly string[];
}

export type OpeningRooms = Pick<ComposingRooms, 'settings' | 'keys'>;

/** Throws EmailError as the composer does: `missing-base-url`, `missing-package`. */
export async function composeKept(kept: KeptMessage, { settings, keys }: OpeningRooms): Promise<Uint8Array> {
  const outbox = { content: async () => kept.content };
  const compose = mailComposer({ settings, keys, outbox, ready: { take: () => undefined } });
  const mail = await compose(entryOf(kept));
  return 'raw' in mail ? mail.raw : new Uint8Array();
}

export async function openMail(kept: KeptMessage, raw: Uint8Array): Promise<OpenedMail> {
  const { content, record, recipients } = kept;
  const to = content.visibleTo ?? content.primaries ?? [record.to];
  const cc = content.visibleCc;
  const named = new Set([...to, ...cc].map(({ address }) => addressKey(address)));
  const bcc = recipients.filter((address) => !named.has(addressKey(address)));
  return { ...(await parseMail(raw)), from: content.from, to, cc, bcc };
}

/** As it would be claimed. */
function entryOf({ record, recipients, values }: KeptMessage): OutboxEntry {
  const { id, to, messageId, requestId, messageClass, listTopic, acceptedAt, attempts } = record;
  return {
    part: { id, to, recipients, riders: [], values, messageId },
    requestId,
    contentId: 0,
    sender: record.from.address,
    messageClass,
    listTopic,
    startsAt: acceptedAt,
    attempts,
  };
}
