import type { AppSettings, UnsubscribeSettings } from '../../nodes/lib/settings/app-settings.ts';
import type { OutgoingMail } from '../../nodes/lib/transport/transport.ts';
import { openToken } from '../../nodes/lib/unsubscribe/unsubscribe-token.ts';
import { readUnsubscribePath } from '../../nodes/lib/unsubscribe/unsubscribe-url.ts';
import { fixedKeys } from './fixed-keys.ts';
import { sampleSettings } from './sample-settings.ts';

/** The settings of an app that makes links, and writes headers unless told otherwise. */
export function unsubscribeSettings(
  unsubscribe: Partial<UnsubscribeSettings> = {},
  changes: Partial<AppSettings> = {},
): AppSettings {
  const baseUrl = 'https://nodered.example.com/red';
  return sampleSettings({ baseUrl, ...changes }, {}, { enabled: true, headers: true, ...unsubscribe });
}

/** The header of a mail, unfolded, by lower-case name; a field that stands twice is two entries. */
export function headerOf({ raw }: Pick<OutgoingMail, 'raw'>): Record<string, string[]> {
  const [header = ''] = Buffer.from(raw).toString('latin1').split('\r\n\r\n', 1);
  const fields: Record<string, string[]> = {};
  for (const line of header.replace(/\r\n[ \t]/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    fields[name] = [...(fields[name] ?? []), line.slice(colon + 1).trim()];
  }
  return fields;
}

/** The address in a header or body that begins with https. */
export function linkIn(text: string | undefined): string {
  return /https:\/\/[^\s>"<\]]+/.exec(text ?? '')?.[0] ?? '';
}

/** What the token of a link says. */
export function claimsOf(link: string) {
  const { appId = '', token = '' } = readUnsubscribePath(link) ?? {};
  return openToken(token, fixedKeys(), appId);
}
