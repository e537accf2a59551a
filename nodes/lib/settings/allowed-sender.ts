/** Whether an app may send in the name of an address; the one rule for settings, messages and answers. */
import { addressKey, domainOf } from '../mail/address.ts';
import type { AppSettings } from './app-settings.ts';

export type SenderRules = Pick<AppSettings, 'domain' | 'mailbox' | 'allowedSenders'>;

/** True for the app's own domain (not those below it), its mailbox, and its further senders. `address` was checked. */
export function isAllowedSender(address: string, { domain, mailbox, allowedSenders }: SenderRules): boolean {
  const own = domainOf(address);
  if (own === domain || allowedSenders.includes(`@${own}`)) return true;
  const key = addressKey(address);
  return [mailbox, ...allowedSenders].some((sender) => sender !== undefined && addressKey(sender) === key);
}
