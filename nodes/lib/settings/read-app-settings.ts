/** Config, credentials and TLS settings as the editor keeps them come in; settings that can be trusted go out. */
import { isAbsolute } from 'node:path';
import { domainOf, readMailbox } from '../mail/address.ts';
import { readDomainName } from '../mail/domain-name.ts';
import { readLine } from '../mail/header-field.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import { isAllowedSender, type SenderRules } from './allowed-sender.ts';
import type { AppSettings, DeliverySettings, ProxySettings, Route } from './app-settings.ts';
import { normaliseDomain } from './normalise-domain.ts';
import { readEventSettings } from './read-event-settings.ts';
import { readInboundSettings } from './read-inbound-settings.ts';
import { readRoute } from './read-route.ts';
import { readSenderRules } from './read-sender-rules.ts';
import { readStoreSettings } from './read-store-settings.ts';
import { readTemplates } from './read-templates.ts';
import { readUnsubscribeSettings } from './read-unsubscribe-settings.ts';
import {
  asSetting,
  badSetting,
  type RawSettings,
  readBareAddress,
  readNumber,
  readOneOf,
  readText,
  requireText,
} from './setting-readers.ts';

const hour = 60 * 60;
const megabyte = 1_000_000;
const usualRate = 10;

/** What an app takes from elsewhere than its own config and credentials. */
export interface Surroundings {
  /** What a TLS node filled in for the mail server, and for the listener. */
  readonly tls?: unknown;
  readonly listenerTls?: unknown;
  /** For the SMTP receiver, and for the IMAP server. */
  readonly receiverTls?: unknown;
  readonly imapTls?: unknown;
  /** For the database, and its address where the config names none. */
  readonly storeTls?: unknown;
  readonly storeUrl?: string;
  readonly proxy?: ProxySettings;
}

/** Throws EmailError `bad-settings` with the property at fault as field. */
export function readAppSettings(
  config: RawSettings,
  credentials: RawSettings,
  { tls, listenerTls, receiverTls, imapTls, storeTls, storeUrl, proxy }: Surroundings = {},
): AppSettings {
  const appId = requireText(config, 'appId');
  if (!/^[a-z0-9]{8,32}$/.test(appId))
    throw badSetting('appId', 'it has 8 to 32 lower-case letters and digits');
  const senders = { ...readIdentity(config), allowedSenders: readSenderRules(config, 'allowedSenders') };
  const ownDomain = senders.domain ?? domainOf(senders.mailbox ?? '');
  const name = asSetting('name', () => readLine(readText(config, 'name') ?? '', 'name'));
  const route = readRoute({ config, credentials, tls: tlsOptions(tls), proxy, ownDomain });
  return {
    appId,
    name,
    ...senders,
    defaultSender: readDefaultSender(config, senders),
    baseUrl: readBaseUrl(config),
    owner: readMailboxSetting(config, 'owner')?.address,
    alertThrough: readText(config, 'alertThrough'),
    store: readStoreSettings({ config, credentials, tls: tlsOptions(storeTls), url: storeUrl }),
    route,
    delivery: readDelivery(config, route),
    unsubscribe: readUnsubscribeSettings(config, name, tlsOptions(listenerTls)),
    templates: readTemplates(config),
    inbound: readInboundSettings({
      config,
      credentials,
      route,
      receiverTls: tlsOptions(receiverTls),
      imapTls: tlsOptions(imapTls),
    }),
    events: readEventSettings(config, route),
  };
}

/** What a TLS node filled in. */
function tlsOptions(value: unknown): RawSettings | undefined {
  return typeof value === 'object' && value !== null ? (value as RawSettings) : undefined;
}

/** A domain, or the one mailbox that the app is. */
function readIdentity(config: RawSettings): Pick<AppSettings, 'domain' | 'mailbox'> {
  const identity = requireText(config, 'identity');
  if (identity.includes('@')) return { mailbox: readBareAddress(identity, 'identity') };
  return { domain: asSetting('identity', () => readDomainName(normaliseDomain(identity), 'identity')) };
}

function readDefaultSender(config: RawSettings, senders: SenderRules): Mailbox | undefined {
  const sender = readMailboxSetting(config, 'sender');
  if (sender === undefined) return senders.mailbox === undefined ? undefined : { address: senders.mailbox };
  if (isAllowedSender(sender.address, senders)) return sender;
  throw badSetting(
    'sender',
    'it is neither of the app’s own domain or mailbox nor among the allowed senders',
  );
}

function readMailboxSetting(config: RawSettings, field: string): Mailbox | undefined {
  const text = readText(config, field);
  return text === undefined ? undefined : asSetting(field, () => readMailbox(text, field));
}

/** Links in mails are made from it, and from nothing a visitor sends (`Host`, `X-Forwarded-Host`). */
function readBaseUrl(config: RawSettings): string | undefined {
  const text = readText(config, 'baseUrl');
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (!url || !isPublicUrl(url)) throw badSetting('baseUrl', 'it must begin with https://');
  if (url.username || url.password || url.search || url.hash || text.includes('?') || text.includes('#')) {
    throw badSetting('baseUrl', 'it must have no user name, query or fragment');
  }
  return url.href.replace(/\/+$/, '');
}

/** Over http only to try things out on one machine; no List-Unsubscribe header is made from it. */
function isPublicUrl({ protocol, hostname }: URL): boolean {
  const isLoopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback);
}

/** Automatic unless a number is given, where the provider tells what it allows. */
function readRate(config: RawSettings, { kind }: Route): number | 'auto' {
  const isAutomatic = (readText(config, 'rate') ?? 'auto') === 'auto';
  if (isAutomatic) return kind === 'ses' ? 'auto' : usualRate;
  return readNumber(config, 'rate', { least: 0.01, most: 100_000, otherwise: usualRate, whole: false });
}

function readDelivery(config: RawSettings, route: Route): DeliverySettings {
  const keepDays = readNumber(config, 'keepDays', { least: 1, most: 3650, otherwise: 7 });
  return {
    rate: readRate(config, route),
    concurrency: readNumber(config, 'concurrency', { least: 1, most: 100, otherwise: 5 }),
    giveUpAfter: readNumber(config, 'giveUpAfterHours', { least: 1, most: 720, otherwise: 96 }) * hour,
    unknown: readOneOf(config, 'unknown', ['hold', 'resend']),
    maxWaiting: readNumber(config, 'maxWaiting', { least: 1, most: 10_000_000, otherwise: 100_000 }),
    keepDays,
    contentDays: readNumber(config, 'contentDays', { least: 0, most: 3650, otherwise: keepDays }),
    keyDays: readNumber(config, 'keyDays', { least: 1, most: 3650, otherwise: 7 }),
    maxMailBytes: readNumber(config, 'maxMailMb', { least: 1, most: 100, otherwise: 40 }) * megabyte,
    envelopeSender: readEnvelopeSender(config),
    attachmentFolder: readAttachmentFolder(config),
  };
}

function readEnvelopeSender(config: RawSettings): string | undefined {
  const text = readText(config, 'envelopeSender');
  return text === undefined ? undefined : readBareAddress(text, 'envelopeSender');
}

function readAttachmentFolder(config: RawSettings): string | undefined {
  const folder = readText(config, 'attachmentFolder');
  if (folder === undefined || isAbsolute(folder)) return folder;
  throw badSetting('attachmentFolder', 'give the whole path of the folder');
}
