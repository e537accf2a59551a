/** A setting with addresses and `@domain`, parted by commas, comes in; they go out in the form they are compared in. */
import { readDomainName } from '../mail/domain-name.ts';
import { asSetting, type RawSettings, readBareAddress, readText } from './setting-readers.ts';

/** Lower case. Throws EmailError `bad-settings`. */
export function readSenderRules(config: RawSettings, field: string): string[] {
  const entries = (readText(config, field) ?? '').split(',').map((entry) => entry.trim());
  return entries.filter(Boolean).map((entry) => {
    if (!entry.startsWith('@')) return readBareAddress(entry, field).toLowerCase();
    return `@${asSetting(field, () => readDomainName(entry.slice(1).toLowerCase(), field))}`;
  });
}
