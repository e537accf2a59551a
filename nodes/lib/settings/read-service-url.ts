/** A service's URL as typed comes in, one that secrets may be sent to goes out. */
import { badSetting } from './setting-readers.ts';

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** `https`, or `http` to this machine; without user, fragment or trailing slash. Throws EmailError `bad-settings`. */
export function readServiceUrl(text: string, field: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol))
    throw badSetting(field, 'it must be a URL that begins with https://');
  if (url.protocol === 'http:' && !loopback.test(url.hostname)) {
    throw badSetting(field, 'it must begin with https://, because secrets are sent there');
  }
  if (url.username || url.password || url.hash)
    throw badSetting(field, 'it must not hold a user, a password or a #');
  return url.href.replace(/\/$/, '');
}
