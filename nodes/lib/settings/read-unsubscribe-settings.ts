/** The unsubscribe tab as the editor saves it comes in; settings that can be trusted go out. */
import { isIP } from 'node:net';
import { readDomainName } from '../mail/domain-name.ts';
import { readLine } from '../mail/header-field.ts';
import type {
  ListenerSettings,
  ListTopic,
  SkipSender,
  UnsubscribePageSettings,
  UnsubscribeSettings,
} from './app-settings.ts';
import { mostTopics } from './most-topics.ts';
import {
  asSetting,
  badSetting,
  type RawSettings,
  readBareAddress,
  readNumber,
  readOneOf,
  readPem,
  readRows,
  readSwitch,
  readText,
  requireText,
} from './setting-readers.ts';

const longestLogo = 200_000;
const longestNote = 2000;

/** Missing settings have the editor's defaults. Throws EmailError `bad-settings`. */
export function readUnsubscribeSettings(
  config: RawSettings,
  appName: string,
  listenerTls?: RawSettings,
): UnsubscribeSettings {
  return {
    enabled: readSwitch(config, 'unsubscribeEnabled', false),
    headers: readSwitch(config, 'unsubscribeHeaders', true),
    skipSenders: readRows(config, 'skipSenders', readSkipSender),
    mailto: readMailto(config),
    topics: readTopics(config),
    marketingWithoutLink: readOneOf(config, 'marketingWithoutLink', ['refuse', 'footer']),
    checkCopies: readSwitch(config, 'checkCopies', true),
    foldAddresses: readSwitch(config, 'foldAddresses', false),
    page: readPage(config, appName),
    evidenceDays: readNumber(config, 'evidenceDays', { least: 1, most: 3650, otherwise: 365 }),
    trustedProxies: readTrustedProxies(config),
    listener: readListener(config, listenerTls),
  };
}

function readMailto(config: RawSettings): string | undefined {
  const text = readText(config, 'unsubscribeMailto');
  return text === undefined ? undefined : readBareAddress(text, 'unsubscribeMailto');
}

function readSkipSender(row: RawSettings): SkipSender {
  const sender = requireText(row, 'sender').toLowerCase();
  const sendAnyway = readSwitch(row, 'sendAnyway', false);
  if (!sender.startsWith('@')) return { sender: readBareAddress(sender, 'sender'), sendAnyway };
  return { sender: `@${asSetting('sender', () => readDomainName(sender.slice(1), 'sender'))}`, sendAnyway };
}

function readTopics(config: RawSettings): ListTopic[] {
  const topics = readRows(config, 'topics', readTopic);
  if (topics.length > mostTopics) throw badSetting('topics', `an app has ${mostTopics} topics at most`);
  if (new Set(topics.map(({ id }) => id)).size === topics.length) return topics;
  throw badSetting('topics', 'two topics have the same id');
}

function readTopic(row: RawSettings): ListTopic {
  const id = requireText(row, 'id');
  if (!/^[A-Za-z0-9_.-]{1,64}$/.test(id)) {
    throw badSetting('id', 'it has 1 to 64 letters, digits, underscores, dots and hyphens');
  }
  const name = readText(row, 'name') ?? id;
  return {
    id,
    name: asSetting('name', () => readLine(name, 'name')),
    description: readText(row, 'description'),
  };
}

function readPage(config: RawSettings, appName: string): UnsubscribePageSettings {
  const organisation = readText(config, 'pageOrganisation') ?? appName;
  const language = (readText(config, 'pageLanguage') ?? 'en').toLowerCase();
  if (!/^[a-z]{2,3}$/.test(language)) throw badSetting('pageLanguage', 'give a code such as “en”');
  const note = readText(config, 'pageNote');
  if (note !== undefined && note.length > longestNote) throw badSetting('pageNote', 'it is too long');
  return {
    organisation: asSetting('pageOrganisation', () => readLine(organisation, 'pageOrganisation')),
    logo: readLogo(config),
    note,
    language,
  };
}

/** No SVG: it may hold scripts and load from elsewhere. */
function readLogo(config: RawSettings): string | undefined {
  const logo = readText(config, 'pageLogo');
  if (logo === undefined) return undefined;
  if (logo.length > longestLogo) throw badSetting('pageLogo', 'the picture has more than 150 kB');
  if (/^data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}$/.test(logo)) return logo;
  throw badSetting('pageLogo', 'it must be a PNG, JPEG, GIF or WebP picture as a data: URL');
}

function readTrustedProxies(config: RawSettings): string[] {
  const entries = (readText(config, 'trustedProxies') ?? '').split(',').map((entry) => entry.trim());
  return entries.filter(Boolean).map((entry) => {
    if (isAddressBlock(entry)) return entry;
    throw badSetting('trustedProxies', 'give IP addresses or blocks such as 10.0.0.0/8');
  });
}

function isAddressBlock(entry: string): boolean {
  const [, address = entry, bits] = /^(.+)\/(\d{1,3})$/.exec(entry) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(bits ?? 0) <= (family === 4 ? 32 : 128);
}

/** A port asks for one; without it the server that is there anyway serves the endpoints. */
function readListener(config: RawSettings, tls?: RawSettings): ListenerSettings | undefined {
  if (readText(config, 'listenerPort') === undefined) return undefined;
  const port = readNumber(config, 'listenerPort', { least: 1, most: 65_535, otherwise: 0 });
  const address = readText(config, 'listenerAddress') ?? '0.0.0.0';
  if (!isIP(address)) throw badSetting('listenerAddress', 'it must be an IP address of this machine');
  return { address, port, tls: readListenerTls(tls) };
}

function readListenerTls(tls?: RawSettings): ListenerSettings['tls'] {
  if (tls === undefined) return undefined;
  const cert = readPem(tls, 'cert');
  const key = readPem(tls, 'key');
  if (cert !== undefined && key !== undefined) return { cert, key };
  throw badSetting('listenerTls', 'it needs a certificate and its private key');
}
