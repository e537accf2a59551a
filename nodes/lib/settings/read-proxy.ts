/** The proxies that the environment names come in as they stand there; URLs that every HTTP client reads alike go out. */
import type { ProxySettings } from './app-settings.ts';
import { badSetting } from './setting-readers.ts';

/** Throws EmailError `bad-settings`, which does not show the URL: there may be a password in it. */
export function readProxy(proxy: ProxySettings | undefined): ProxySettings | undefined {
  return (
    proxy && { ...proxy, http: readOne(proxy.http, 'HTTP_PROXY'), https: readOne(proxy.https, 'HTTPS_PROXY') }
  );
}

function readOne(text: string | undefined, name: string): string | undefined {
  if (text === undefined) return undefined;
  // other programs are content with `proxy.example.com:3128`
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (/^https?:$/.test(URL.parse(full)?.protocol ?? '')) return full;
  throw badSetting(name, 'this environment variable must be a URL such as http://proxy.example.com:3128');
}
