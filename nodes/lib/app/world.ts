/** What an app needs of the process it runs in, and what it shares with the other apps there. */
import type { MailboxClaims } from '../inbound/mailbox-claims.ts';
import type { SmtpReceivers } from '../inbound/smtp-receiver.ts';
import type { Clock } from '../kernel/clock.ts';
import type { EmailError } from '../kernel/errors.ts';

export interface World {
  readonly clock: Clock;
  /** ms from anywhere, of a clock that nobody sets. */
  readonly elapsed: () => number;
  readonly random: () => number;
  readonly newId: () => string;
  readonly randomBytes: (count: number) => Uint8Array;
  /** The text of an app's keys.json, when its keys are not to lie on the disk. */
  readonly keysOf: (appId: string) => string | undefined;
  /** Folder below which each app has its own. */
  readonly folder: string;
  /** Compiled file of the store's worker thread. */
  readonly storeWorker: string | URL;
  readonly nodeVersion: string;
  readonly onTrouble: (error: EmailError) => void;
  /** Of all apps of the process; one's own if it is not given. */
  readonly sources?: SharedSources;
  /** Mail waits until a person has signed in (`sign-in-needed`) or mended the OAuth settings (`oauth-refused`); once. */
  readonly onSignInNeeded?: (error: EmailError) => void;
}

/** What the apps of one process share. */
export interface SharedSources {
  readonly receivers: SmtpReceivers;
  /** Mailboxes that are read. */
  readonly mailboxes: MailboxClaims;
}
