/** What tells a mail that is about one of ours from all others. Every answer is proven by a key or by our own records. */
import type { ReceivedMail } from '../received/received-mail.ts';

export type AboutMail = NonNullable<ReceivedMail['about']>;

export type OwnMail = Omit<AboutMail, 'by'>;

export interface OwnMails {
  /** Opens the keyed tag of an envelope sender of ours (VERP), given the whole address a mail was sent to. */
  ofReturnAddress(address: string): OwnMail | undefined;
  /** The mail we sent under this Message-ID, without angle brackets; `mentionedIds` says which will be asked for. */
  ofMessageId(id: string): OwnMail | undefined;
  /** Whether an `X-Email-App-Loop` header was signed by this app. */
  isOwnLoop(value: string): boolean;
  /** Whether a word of an address or a subject is an unsubscribe token of this app. */
  isUnsubscribeToken(word: string): boolean;
  /** Mail to this address asks to leave, whatever it says. */
  readonly unsubscribeMailto?: string;
}

/** For mails that have nothing to do with this app. */
export const noOwnMails: OwnMails = {
  ofReturnAddress: () => undefined,
  ofMessageId: () => undefined,
  isOwnLoop: () => false,
  isUnsubscribeToken: () => false,
};
