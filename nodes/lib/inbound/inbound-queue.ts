/** Received mails between their receipt and the flows: on disk before the source is told that they are. */
import type { AuthVerdicts, MailSource, ReceivedEnvelope, Verdict } from '../received/received-mail.ts';

/** What a source knows of a mail beside its bytes. */
export interface ReceiptFacts {
  readonly source: MailSource;
  readonly envelope: ReceivedEnvelope;
  /** ms since the epoch */
  readonly receivedAt: number;
  /** The same mail from the same source is taken once: SES message id, `uidvalidity:uid`, an idempotency header. */
  readonly sourceKey?: string;
  /** Of the peer that handed it over, for SPF: address and EHLO name. */
  readonly peer?: { readonly ip: string; readonly helo: string };
  readonly auth?: AuthVerdicts;
  readonly verdicts?: { readonly spam?: Verdict; readonly virus?: Verdict };
}

export interface QueuedMail {
  readonly id: string;
  readonly facts: ReceiptFacts;
  /** Absolute path of the raw mail. */
  readonly file: string;
  /** Bytes */
  readonly size: number;
  /** Times it was begun before: above 0 after a crash in the middle. */
  readonly attempts: number;
  /** What it tells of our own mails (a bounce, a complaint) was acted on before. */
  readonly acted: boolean;
}

/** A mail that was set aside, for a person. */
export interface AsideMail {
  readonly id: string;
  readonly facts: ReceiptFacts;
  /** Absolute path of the raw mail. */
  readonly file: string;
  /** Bytes */
  readonly size: number;
  /** ms since the epoch */
  readonly setAsideAt: number;
  readonly why: string;
}

/** Why a begun mail goes back to its place: it failed; nothing was done with it; or it was only acted on. */
export type PutBack = 'failed' | 'unused' | 'acted';

export interface InboundQueue {
  /**
   * Resolves when raw mail and facts are on disk (fsync); `isNew` is false if its source key was there before. Throws
   * EmailError `disk-full`, `inbound-full` or `store-unavailable` (retryable: the source must keep it), `mail-too-large`
   * beyond `limit`, and `idempotency-conflict` where a key of source `http`, which its sender chose, comes with other bytes.
   */
  accept(
    raw: AsyncIterable<Uint8Array>,
    facts: ReceiptFacts,
    limit: number,
  ): Promise<{ readonly id: string; readonly isNew: boolean }>;
  /** The oldest that is neither done nor set aside nor begun; of those not acted on yet, if asked. Counts an attempt. */
  begin(unactedOnly?: boolean): Promise<QueuedMail | undefined>;
  /** The flows have it: forgotten but for its source key. */
  done(id: string): Promise<void>;
  /** The attempt stays counted only if it `failed`. `now` in ms since the epoch. */
  putBack(id: string, how: PutBack, now: number): Promise<void>;
  /** Not to be tried again; kept for a person, in the same file. `now` in ms since the epoch. */
  setAside(id: string, why: string, now: number): Promise<void>;
  counts(): Promise<{ readonly waiting: number; readonly setAside: number }>;
  /** Called after `accept` made something new. */
  onArrival(listener: () => void): () => void;
  /** Source keys older than `keysBefore`, and raw mails set aside before `setAsideBefore`, go. */
  prune(keysBefore: number, setAsideBefore: number): Promise<void>;
  /** Mails that were acted on before then and wait for a node go; answers how many. */
  forgetWaiting(actedBefore: number): Promise<number>;
  /** The last that were set aside first, `limit` at most. */
  listAside(limit: number): Promise<readonly AsideMail[]>;
  /** Its file is as it was received; undefined if it is not set aside. */
  openAside(id: string): Promise<AsideMail | undefined>;
  /** It waits as if it had never been tried; without an id, all do. Answers how many. `now` in ms since the epoch. */
  retryAside(id: string | undefined, now: number): Promise<number>;
  /** Gone but for its source key, if it is set aside. */
  forgetAside(id: string): Promise<void>;
}
