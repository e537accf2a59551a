/** What an app is set to receive and an address come in; whether its mail arrives goes out. */
import type { AppSettings } from './app-settings.ts';

/** Whether the app's own SMTP server takes it, with any detail after a plus sign. */
export function receivesBySmtp(address: string, { inbound }: Pick<AppSettings, 'inbound'>): boolean {
  const wanted = address.toLowerCase();
  const own = (inbound.smtp?.addresses ?? []).map((one) => one.toLowerCase());
  return own.includes(wanted) || own.includes(wanted.slice(wanted.lastIndexOf('@')));
}

/** Undefined where only whoever runs the mailbox, the bucket or the caller knows. */
export function receivesAddress(
  address: string,
  { inbound, mailbox }: Pick<AppSettings, 'inbound' | 'mailbox'>,
  forwardingAddress?: string,
): boolean | undefined {
  const known = [inbound.smtp && forwardingAddress, inbound.imap && mailbox, inbound.imap?.login.user];
  if (receivesBySmtp(address, { inbound })) return true;
  if (known.some((one) => one?.toLowerCase() === address.toLowerCase())) return true;
  return inbound.imap || inbound.ses || inbound.http ? undefined : false;
}
