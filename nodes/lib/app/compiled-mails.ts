/** Holds compiled mails between their acceptance and their hand-over, so that they are not read back and compiled again. */

import type { MailContent } from '../mail/mail-content.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import { type CompiledMail, compileMail } from '../template/compile-mail.ts';

export interface ReadyMail extends Pick<MailContent, 'unsubscribe' | 'autoSubmitted' | 'tracking'> {
  readonly compiled: CompiledMail;
  /** The From address, which is the envelope sender too unless the app has its own. */
  readonly from: string;
  /** Whom the copy to this address follows: everybody in To if it is for a Cc or Bcc recipient alone. */
  leadersOf(address: string): readonly Mailbox[];
}

/** Throws as `compileMail` does. */
export async function readyMail(content: MailContent): Promise<ReadyMail> {
  const { from, unsubscribe, autoSubmitted, tracking, primaries = [] } = content;
  const addresses = new Set(primaries.map(({ address }) => address));
  return {
    compiled: await compileMail(content),
    from: from.address,
    unsubscribe,
    autoSubmitted,
    tracking,
    leadersOf: (address) => (addresses.has(address) ? [] : primaries),
  };
}

export interface CompiledMails {
  /** Holds a mail until it was taken for each of its copies; no room is no harm. */
  keep(requestId: string, mail: ReadyMail, copies: number): void;
  take(requestId: string): ReadyMail | undefined;
  /** The request was not accepted. */
  drop(requestId: string): void;
}

interface Held {
  readonly mail: ReadyMail;
  readonly size: number;
  copiesLeft: number;
}

/** At most `limit` bytes. When full, newcomers stay out: those held are the next to leave, so they are worth more. */
export function compiledMails(limit: number): CompiledMails {
  const held = new Map<string, Held>();
  let total = 0;
  const drop = (requestId: string): void => {
    total -= held.get(requestId)?.size ?? 0;
    held.delete(requestId);
  };
  return {
    drop,
    keep(requestId, mail, copies) {
      const size = mail.compiled.encodedSize();
      if (total + size > limit) return;
      held.set(requestId, { mail, size, copiesLeft: copies });
      total += size;
    },
    take(requestId) {
      const found = held.get(requestId);
      if (!found) return undefined;
      found.copiesLeft--;
      if (found.copiesLeft <= 0) drop(requestId);
      return found.mail;
    },
  };
}
