import type { ProxySettings } from '../lib/settings/app-settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxies that the environment names, as Node-RED's own nodes read them; undefined when there is none. */
export function proxyOf(environment: Environment): ProxySettings | undefined {
  const named = (name: string) => environment[name.toLowerCase()] || environment[name] || undefined;
  const [http, https] = [named('HTTP_PROXY'), named('HTTPS_PROXY')];
  if (http === undefined && https === undefined) return undefined;
  return { http, https, except: named('NO_PROXY') };
}
