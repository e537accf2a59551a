/** From a claimed part of the outbox to the signed mail in its envelope. */
import { compileMail } from '../mail/compile-mail.ts';
import type { DkimSigner } from '../mail/dkim-signer.ts';
import type { Outbox, OutboxEntry } from '../outbound/outbox.ts';
import type { OutgoingMail } from '../transport/transport.ts';
import type { CompiledMails, ReadyMail } from './compiled-mails.ts';

export interface ComposingRooms {
  readonly outbox: Pick<Outbox, 'content'>;
  readonly ready: Pick<CompiledMails, 'take'>;
  readonly signer?: DkimSigner;
  readonly envelopeSender?: string;
}

export type Compose = (entry: OutboxEntry) => Promise<OutgoingMail>;

/** The composer throws EmailError when the mail cannot be written, e.g. `missing-package`, `store-unavailable`. */
export function mailComposer(rooms: ComposingRooms): Compose {
  const readBack = contentReader(rooms.outbox);
  return async (entry) => {
    const { part, startsAt, requestId, contentId } = entry;
    const { compiled, from } = rooms.ready.take(requestId) ?? (await readBack(contentId));
    const raw = compiled.render({ ...part, date: startsAt, headers: [] });
    return {
      envelope: { from: rooms.envelopeSender ?? from, to: [...part.recipients, ...part.riders] },
      raw: rooms.signer ? await rooms.signer.sign(raw) : raw,
    };
  };
}

/** After a restart, or when many wait. The last one is remembered: the copies of a large request leave in a row. */
function contentReader(outbox: Pick<Outbox, 'content'>): (contentId: number) => Promise<ReadyMail> {
  let last: { contentId: number; mail: Promise<ReadyMail> } | undefined;
  const read = async (contentId: number): Promise<ReadyMail> => {
    const content = await outbox.content(contentId);
    return { compiled: await compileMail(content), from: content.from.address };
  };
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
