/** The sender as given, or the app's own, comes in; one the app may send for goes out. */

import { EmailError } from '../kernel/errors.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import { isAllowedSender } from '../settings/allowed-sender.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import { readOneMailbox } from './read-recipients.ts';
import { isGiven } from './read-record.ts';

/** Throws EmailError: `missing-sender`, `sender-not-allowed`, and what single addresses are refused for. */
export function readSender(from: unknown, settings: AppSettings): Mailbox {
  const sender = isGiven(from) ? readOneMailbox(from, 'from') : settings.defaultSender;
  if (sender === undefined) throw new EmailError('missing-sender', { field: 'from' });
  if (isAllowedSender(sender.address, settings)) return sender;
  throw new EmailError('sender-not-allowed', { field: 'from', detail: { value: sender.address } });
}
