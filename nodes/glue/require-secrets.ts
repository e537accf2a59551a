import { EmailError } from '../lib/kernel/errors.ts';
import type { Fields } from './read-app-config.ts';

/**
 * Node-RED starts flows with empty credentials when it cannot decrypt them (T57), and an imported flow has none. Without a
 * password a mail server would be asked to take mail from nobody, and a webhook would go out unsigned: throws EmailError
 * `secret-lost` instead. A flow written by hand does not say which it had.
 */
export function requireSecrets({ givenSecrets }: Fields, credentials: Fields | undefined): void {
  if (!Array.isArray(givenSecrets)) return;
  const lost = givenSecrets.map(String).find((name) => !credentials?.[name]);
  if (lost !== undefined) throw new EmailError('secret-lost', { field: lost });
}
