/** From a claimed part of the outbox to the signed mail in its envelope. */
import type { KeyRing } from '../keys/key-ring.ts';
import { mailTag } from '../keys/mail-tag.ts';
import type { DkimSigner } from '../mail/dkim-signer.ts';
import type { HeaderField } from '../mail/mail-content.ts';
import type { ComposedMail } from '../outbound/hand-over.ts';
import type { NewPart, Outbox, OutboxEntry } from '../outbound/outbox.ts';
import { tagReturnAddress } from '../outbound/return-address.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import { receivesBySmtp } from '../settings/receives-address.ts';
import type { Transport } from '../transport/transport.ts';
import { type CompiledMails, type ReadyMail, readyMail } from './compiled-mails.ts';
import { personalTouch } from './personal-touch.ts';

export interface ComposingRooms {
  readonly settings: AppSettings;
  readonly outbox: Pick<Outbox, 'content'>;
  readonly ready: Pick<CompiledMails, 'take'>;
  readonly keys: KeyRing;
  readonly signer?: DkimSigner;
  /** A route that fills in copies by itself is given them so. */
  readonly transport?: Pick<Transport, 'deliverCopy'>;
}

export type Compose = (entry: OutboxEntry) => Promise<ComposedMail>;

/**
 * The composer throws EmailError when the mail cannot be written, e.g. `missing-package`, `store-unavailable`, or
 * `missing-base-url` when that setting was taken away since.
 */
export function mailComposer(rooms: ComposingRooms): Compose {
  const returnTo = returnPath(rooms);
  const readBack = contentReader(rooms.outbox);
  return async (entry) => {
    const { part, startsAt, requestId, contentId } = entry;
    const mail = rooms.ready.take(requestId) ?? (await readBack(contentId));
    const leaders = mail.leadersOf(part.to.address);
    const { values, headers } = personalTouch(mail.unsubscribe, entry, rooms);
    const touch = { values, headers: [...headers, ...loopMark(mail, part.id, rooms.keys)] };
    const returnAddress = returnTo(part.id);
    const labels = {
      tagged: returnAddress !== undefined && returnAddress !== rooms.settings.delivery.envelopeSender,
      envelope: { from: returnAddress ?? mail.from, to: [...part.recipients, ...part.riders] },
      from: mail.from,
      key: part.id,
      tracking: mail.tracking,
      leaders,
    };
    const { sharing } = mail.compiled;
    const isShared = rooms.transport?.deliverCopy && leaders.length === 0 && isForOne(part);
    const own = isShared ? sharing?.own({ ...part, ...touch }) : undefined;
    if (sharing && own) return { ...labels, shared: sharing.mail, own };
    const raw = mail.compiled.render({ ...part, to: leaders[0] ?? part.to, date: startsAt, ...touch });
    return { ...labels, raw: rooms.signer ? await rooms.signer.sign(raw) : raw };
  };
}

/** The one who is named in To, and no other. */
function isForOne({ to, recipients, riders }: NewPart): boolean {
  return recipients.length === 1 && riders.length === 0 && recipients[0] === to.address;
}

/** R38: an automatic answer that comes back to its app is told from mail by this. */
function loopMark({ autoSubmitted }: ReadyMail, emailId: string, keys: KeyRing): HeaderField[] {
  const value = autoSubmitted && mailTag(emailId, keys);
  return value ? [{ name: 'X-Email-App-Loop', value }] : [];
}

/** Where the app's own server takes the envelope sender, each mail has one of its own: its bounces need no other proof. */
function returnPath({ settings, keys }: ComposingRooms): (emailId: string) => string | undefined {
  const { envelopeSender } = settings.delivery;
  if (envelopeSender === undefined || !receivesBySmtp(envelopeSender, settings)) return () => envelopeSender;
  return (emailId) => tagReturnAddress(envelopeSender, emailId, keys);
}

/** After a restart, or when many wait. The last one is remembered: the copies of a large request leave in a row. */
function contentReader(outbox: Pick<Outbox, 'content'>): (contentId: number) => Promise<ReadyMail> {
  let last: { contentId: number; mail: Promise<ReadyMail> } | undefined;
  const read = async (contentId: number) => readyMail(await outbox.content(contentId));
  return (contentId) => {
    if (last?.contentId === contentId) return last.mail;
    const mail = read(contentId);
    last = { contentId, mail };
    // a failure is not remembered, or each further attempt would meet it again
    mail.catch(() => {
      if (last?.mail === mail) last = undefined;
    });
    return mail;
  };
}
