/** IMAP settings that may never have been deployed come in; plain words on whether they work go out. */
import { EmailError } from '../kernel/errors.ts';
import type { InboundSettings } from '../settings/inbound-settings.ts';
import { type ImapOptions, openImapSession } from './imap-session.ts';

/** Reads no mail and changes none. Throws EmailError with what to do. */
export async function testImap({ imap }: InboundSettings, options: ImapOptions = {}): Promise<string> {
  if (!imap) throw new EmailError('bad-settings', { field: 'inboundImap', detail: { why: 'it is off' } });
  const session = await openImapSession(imap, options);
  try {
    return await session.describe();
  } finally {
    session.close();
  }
}
