/** The route's part of config, credentials and TLS node comes in; a route that can be opened goes out. */
import { createPrivateKey } from 'node:crypto';
import { isIP } from 'node:net';
import type { DkimKey } from '../mail/dkim-signer.ts';
import { readDomainName } from '../mail/domain-name.ts';
import type { ProxySettings, Route, SmtpRoute, TlsSettings } from './app-settings.ts';
import { readLogin } from './read-login.ts';
import { readSesRoute } from './read-ses-route.ts';
import {
  asSetting,
  badSetting,
  type RawSettings,
  readNumber,
  readOneOf,
  readPem,
  readSecret,
  readText,
  requireText,
} from './setting-readers.ts';

export interface RouteSources {
  readonly config: RawSettings;
  readonly credentials: RawSettings;
  readonly tls?: RawSettings;
  readonly proxy?: ProxySettings;
  /** Domain that DKIM signs for unless another is given. */
  readonly ownDomain: string;
}

const routes = ['smtp', 'ses', 'capture', 'none'] as const;
const securities = ['starttls', 'ssl', 'none'] as const;
const usualPorts = { starttls: 587, ssl: 465, none: 25 } as const;
const leastKeyBits = 1024;

/** Only the settings of the chosen route are looked at. Throws EmailError `bad-settings`. */
export function readRoute(sources: RouteSources): Route {
  requireText(sources.config, 'route');
  const kind = readOneOf(sources.config, 'route', routes);
  if (kind === 'ses') return readSesRoute(sources);
  return kind === 'smtp' ? readSmtpRoute(sources) : { kind };
}

function readSmtpRoute(sources: RouteSources): SmtpRoute {
  const { config, tls } = sources;
  const security = readOneOf(config, 'security', securities);
  return {
    kind: 'smtp',
    host: readHost(requireText(config, 'host'), 'host'),
    port: readNumber(config, 'port', { least: 1, most: 65_535, otherwise: usualPorts[security] }),
    security,
    login: readLogin(sources),
    tls: readTls(tls),
    ehloName: readEhloName(config),
    dkim: readDkim(sources),
  };
}

/** Throws EmailError `bad-settings`. Container networks have one-word names and underscores, which no mail domain may have. */
export function readHost(host: string, field: string): string {
  const valid =
    host.length <= 253 && /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\.?$/i.test(host) && !host.includes('..');
  if (isIP(host) || valid) return host;
  throw badSetting(field, 'it must be a host name or an IP address, without a scheme or port');
}

/** RFC 5321 section 4.1.3: an address stands in brackets. */
function readEhloName(config: RawSettings): string | undefined {
  const name = readText(config, 'ehloName');
  if (name === undefined) return undefined;
  const [, literal] = /^\[(?:IPv6:)?([0-9A-Fa-f:.]+)\]$/.exec(name) ?? [];
  return literal !== undefined && isIP(literal) ? name : readHost(name, 'ehloName');
}

export function readTls(tls: RawSettings = {}, field = 'tls'): TlsSettings {
  if (tls.pfx) throw badSetting(field, 'a PFX file is not supported; give certificate and key as PEM');
  return {
    ca: readPem(tls, 'ca'),
    cert: readPem(tls, 'cert'),
    key: readPem(tls, 'key'),
    passphrase: readSecret(tls, 'passphrase'),
    servername: readText(tls, 'servername'),
    // The node's property and the option it makes of it; only what a person switched off on purpose is off.
    verify: tls.verifyservercert !== false && tls.rejectUnauthorized !== false,
  };
}

function readDkim({ config, credentials, ownDomain }: RouteSources): DkimKey | undefined {
  const selector = readText(config, 'dkimSelector');
  const privateKey = readSecret(credentials, 'dkimKey');
  if (selector === undefined && privateKey === undefined) return undefined;
  if (selector === undefined) throw badSetting('dkimSelector', 'there is a DKIM key but no selector');
  if (privateKey === undefined) throw badSetting('dkimKey', 'there is a DKIM selector but no key');
  const domain = asSetting('dkimDomain', () =>
    readDomainName(readText(config, 'dkimDomain') ?? ownDomain, 'dkimDomain'),
  );
  if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i.test(selector)) {
    throw badSetting('dkimSelector', 'it has letters, digits, hyphens and dots only');
  }
  refuseUnusableKey(privateKey);
  return { domain, selector, privateKey };
}

/** RFC 6376 section 3.3.3 and RFC 8301. */
function refuseUnusableKey(pem: string): void {
  const key = privateKeyOf(pem);
  if (key?.asymmetricKeyType !== 'rsa') {
    throw badSetting('dkimKey', 'it must be an RSA private key in PEM form without a passphrase');
  }
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < leastKeyBits) {
    throw badSetting('dkimKey', `an RSA key needs at least ${leastKeyBits} bits`);
  }
}

function privateKeyOf(pem: string): ReturnType<typeof createPrivateKey> | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
