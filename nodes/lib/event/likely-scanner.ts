/** An open or click comes in; why it was more likely a machine than a reader goes out, if it was. */
import type { SesEvent } from './ses-event.ts';

/**
 * `too-soon`: within seconds of the delivery; `image-proxy`: fetched on behalf of a reader, who may not have looked;
 * `scanner`: a program that says so; `burst`: several links at once.
 */
export type ScannerSign = 'too-soon' | 'image-proxy' | 'scanner' | 'burst';

export type ScannerWatch = (event: SesEvent, deliveredAt: number) => ScannerSign | undefined;

/** ms; nobody reads faster, filters take less. */
const soon = 10_000;
/** So many links of one mail, within so many ms, are followed by a machine. */
const burst = { clicks: 3, within: 5_000 };
const mostMails = 10_000;

/** Gmail and Yahoo fetch pictures through these; Apple Mail's privacy protection names nothing else than `Mozilla/5.0`. */
const proxies = /GoogleImageProxy|YahooMailProxy|ggpht\.com/i;
const appleProxy = /^Mozilla\/5\.0$/;
const scanners =
  /\b(?:bot|crawler|spider)\b|HeadlessChrome|PhantomJS|curl\/|Wget\/|python-|Go-http-client|okhttp|Barracuda|Proofpoint|Mimecast|BitlyBot|SafeLinks|Slackbot|facebookexternalhit|Microsoft Office Existence/i;

/** Remembers the last clicks of the mails that were clicked last. */
export function scannerWatch(): ScannerWatch {
  const clicks = new Map<string, number[]>();

  function isBurst({ mail, at }: SesEvent): boolean {
    const near = (clicks.get(mail.messageId) ?? []).filter((other) => Math.abs(at - other) <= burst.within);
    near.push(at);
    clicks.delete(mail.messageId);
    clicks.set(mail.messageId, near.slice(-burst.clicks));
    const [oldest = ''] = clicks.keys();
    if (clicks.size > mostMails) clicks.delete(oldest);
    return near.length >= burst.clicks;
  }

  return (event, deliveredAt) => {
    const { userAgent = '' } = event.details;
    const clickedInBurst = event.type === 'Click' && isBurst(event);
    if (scanners.test(userAgent)) return 'scanner';
    if (proxies.test(userAgent) || appleProxy.test(userAgent)) return 'image-proxy';
    if (event.at - deliveredAt < soon) return 'too-soon';
    return clickedInBurst ? 'burst' : undefined;
  };
}
