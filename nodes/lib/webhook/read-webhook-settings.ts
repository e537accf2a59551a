/** A webhook-out's config and credentials come in as the editor saves them; settings that can be trusted go out. */
import { isIPv6 } from 'node:net';
import { parseJson } from '../kernel/parse-json.ts';
import { isPlainRecord } from '../kernel/plain-record.ts';
import type { ProxySettings } from '../settings/app-settings.ts';
import { readProxy } from '../settings/read-proxy.ts';
import { readTls } from '../settings/read-route.ts';
import {
  badSetting,
  type RawSettings,
  readNumber,
  readOneOf,
  readSecret,
  readText,
  requireText,
} from '../settings/setting-readers.ts';
import { hostAndPort, readReceiver } from './post/receiver.ts';
import { faultOfSecret } from './webhook-secret.ts';
import type { WebhookFormat, WebhookSettings } from './webhook-settings.ts';

export interface WebhookSources {
  readonly tls?: RawSettings;
  readonly proxy?: ProxySettings;
  /** What the stored authorizations hold: name → value of the Authorization header. */
  readonly authorizations?: Readonly<Record<string, unknown>>;
}

const formats = ['standard', 'webex', 'template'] as const;
const hashes = ['sha256', 'sha512'] as const;
const targets = ['url', 'notify'] as const;
const day = 86_400_000;

/**
 * Fields: `id`, `name`, `target` (`url`, `notify`), `url`, `format`, `hash`, `timeZone`, `template` (JSON text),
 * `allowedHosts` (parted by commas, spaces or lines), `concurrency`, `timeout` (s), `giveUpAfter` (days); credentials
 * `secret`, `previousSecret`, `authorization`. Throws EmailError `bad-settings` with the field.
 */
export function readWebhookSettings(
  fields: RawSettings,
  credentials: RawSettings,
  { tls, proxy, authorizations = {} }: WebhookSources = {},
): WebhookSettings {
  const allowedHosts = readAllowedHosts(fields);
  const format = readFormat(fields);
  return {
    endpoint: requireText(fields, 'id'),
    name: readText(fields, 'name') ?? '',
    url: readOneOf(fields, 'target', targets) === 'notify' ? undefined : readUrl(fields, allowedHosts),
    format,
    secrets: readSecrets(credentials, format.kind),
    authorization: readAuthorization(credentials, 'authorization'),
    authorizations: readAuthorizations(authorizations),
    allowedHosts,
    tls: tls && readTls(tls),
    proxy: readProxy(proxy),
    concurrency: readNumber(fields, 'concurrency', { least: 1, most: 100, otherwise: 10 }),
    timeout: 1000 * readNumber(fields, 'timeout', { least: 1, most: 60, otherwise: 10, whole: false }),
    giveUpAfter:
      day * readNumber(fields, 'giveUpAfter', { least: 0.01, most: 30, otherwise: 3, whole: false }),
  };
}

function readUrl(fields: RawSettings, allowedHosts: readonly string[]): string {
  const url = requireText(fields, 'url');
  const receiver = readReceiver(url, allowedHosts);
  if ('code' in receiver) throw badSetting('url', receiver.why);
  return url;
}

function readFormat(fields: RawSettings): WebhookFormat {
  const kind = readOneOf(fields, 'format', formats);
  if (kind === 'standard') return { kind };
  if (kind === 'template') return { kind, template: readTemplate(fields) };
  return { kind, hash: readOneOf(fields, 'hash', hashes), timeZone: readTimeZone(fields) };
}

function readTemplate(fields: RawSettings): unknown {
  const template = parseJson(requireText(fields, 'template'));
  if (isPlainRecord(template)) return template;
  throw badSetting('template', 'it must be a JSON object');
}

function readTimeZone(fields: RawSettings): string {
  const timeZone = readText(fields, 'timeZone') ?? 'UTC';
  try {
    new Intl.DateTimeFormat('en-US', { timeZone });
    return timeZone;
  } catch {
    throw badSetting('timeZone', 'it must be a time zone such as Europe/Berlin');
  }
}

/** While it changes there are two, and whoever ends the change may empty either. */
function readSecrets(credentials: RawSettings, format: WebhookFormat['kind']): string[] {
  const names = ['secret', 'previousSecret'] as const;
  return names.flatMap((name) => {
    const text = readSecret(credentials, name);
    const fault = text === undefined ? undefined : faultOfSecret(text, format);
    if (fault !== undefined) throw badSetting(name, fault);
    return text ?? [];
  });
}

/** RFC 9110 section 5.5, without what is obsolete. */
function readAuthorization(raw: RawSettings, name: string, field = name): string | undefined {
  const value = readSecret(raw, name);
  if (value === undefined || (/^[!-~][ -~]*$/.test(value) && value.length <= 4096)) return value;
  throw badSetting(
    field,
    'it must be one line of printable ASCII characters, as the header Authorization has it',
  );
}

function readAuthorizations(raw: RawSettings): Record<string, string> {
  const entries = Object.keys(raw).map((name) => {
    const value = readAuthorization(raw, name, `authorizations.${name}`);
    if (value === undefined) throw badSetting(`authorizations.${name}`, 'it is empty');
    return [name, value] as const;
  });
  return Object.fromEntries(entries);
}

const mostHosts = 100;

function readAllowedHosts(fields: RawSettings): string[] {
  const entries = (readText(fields, 'allowedHosts') ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
  if (entries.length > mostHosts) throw badSetting('allowedHosts', `there are more than ${mostHosts}`);
  return entries.map(readAllowedHost);
}

/** As a URL spells them, so that one spelling is compared. */
function readAllowedHost(entry: string): string {
  const named = isIPv6(entry) ? `[${entry}]` : entry;
  const url = /^[^/?#@\\*]+$/.test(named) ? URL.parse(`http://${named}/`) : null;
  if (!url) throw badSetting('allowedHosts', 'each must be a host or host:port, without a scheme or path');
  return /:\d+$/.test(named) ? hostAndPort(url) : url.hostname;
}
