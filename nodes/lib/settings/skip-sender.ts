/** A From address comes in; what the app does otherwise for this sender, if anything, goes out. */
import { addressKey, domainOf } from '../mail/address.ts';
import type { SkipSender, UnsubscribeSettings } from './app-settings.ts';

/** An entry for the address itself goes before one for its domain. */
export function skipSenderOf(
  from: string,
  { skipSenders }: Pick<UnsubscribeSettings, 'skipSenders'>,
): SkipSender | undefined {
  const entryFor = (sender: string) => skipSenders.find((entry) => entry.sender === sender);
  return entryFor(addressKey(from)) ?? entryFor(`@${domainOf(from)}`);
}
