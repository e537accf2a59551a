/** The sources of received mail as the editor saves them come in; settings that can be opened go out. */

import { isIP } from 'node:net';
import type { Route } from './app-settings.ts';
import type {
  HttpReceiptSettings,
  ImapLogin,
  ImapSettings,
  InboundSettings,
  ReceiverSettings,
} from './inbound-settings.ts';
import { oauthLoginOf } from './oauth-login-of.ts';
import { readHost, readTls } from './read-route.ts';
import { readSenderRules } from './read-sender-rules.ts';
import { readSesNotices } from './read-ses-notices.ts';
import {
  badSetting,
  type RawSettings,
  readNumber,
  readOneOf,
  readPem,
  readSecret,
  readSwitch,
  readText,
  requireText,
} from './setting-readers.ts';

export interface InboundSources {
  readonly config: RawSettings;
  readonly credentials: RawSettings;
  /** The app's own, whose sign-in and account the sources may share. */
  readonly route: Route;
  /** What TLS nodes filled in. */
  readonly receiverTls?: RawSettings;
  readonly imapTls?: RawSettings;
}

const megabyte = 1_000_000;
const leastSecret = 16;
const securities = ['ssl', 'starttls', 'none'] as const;
const usualPorts = { ssl: 993, starttls: 143, none: 143 } as const;
const afterReads = ['seen', 'move', 'delete'] as const;
const ways = ['password', 'oauth'] as const;

/** Only the settings of sources that are on are looked at. Throws EmailError `bad-settings`. */
export function readInboundSettings(sources: InboundSources): InboundSettings {
  const { config, route } = sources;
  const isOn = (name: string) => readSwitch(config, name, false);
  return {
    smtp: isOn('inboundSmtp') ? readReceiver(sources) : undefined,
    imap: isOn('inboundImap') ? readImap(sources) : undefined,
    // the switch is not seen with another route
    ses: route.kind === 'ses' && isOn('inboundSes') ? readSesNotices(config) : undefined,
    http: isOn('inboundHttp') ? readHttp(sources) : undefined,
    maxMailBytes: readNumber(config, 'maxInboundMb', { least: 1, most: 100, otherwise: 40 }) * megabyte,
    maxKeptBytes:
      readNumber(config, 'maxKeptMb', { least: 100, most: 1_000_000, otherwise: 1000 }) * megabyte,
    setAsideDays: readNumber(config, 'setAsideDays', { least: 1, most: 3650, otherwise: 30 }),
    keepDays: readNumber(config, 'receivedDays', { least: 0, most: 365, otherwise: 3 }),
  };
}

function readReceiver({ config, receiverTls }: InboundSources): ReceiverSettings {
  const address = readText(config, 'receiverAddress') ?? '0.0.0.0';
  if (!isIP(address)) throw badSetting('receiverAddress', 'it must be an IP address of this machine');
  return {
    host: readHost(requireText(config, 'receiverHost'), 'receiverHost').toLowerCase(),
    address,
    port: readNumber(config, 'receiverPort', { least: 1, most: 65_535, otherwise: 2525 }),
    tls: readCertificate(receiverTls),
    addresses: readSenderRules(config, 'receiverAddresses'),
  };
}

function readCertificate(tls?: RawSettings): ReceiverSettings['tls'] {
  if (tls === undefined) return undefined;
  const cert = readPem(tls, 'cert');
  const key = readPem(tls, 'key');
  if (cert !== undefined && key !== undefined) return { cert, key };
  throw badSetting('receiverTls', 'it needs a certificate and its private key');
}

function readImap(sources: InboundSources): ImapSettings {
  const { config, imapTls } = sources;
  const security = readOneOf(config, 'imapSecurity', securities);
  return {
    host: readHost(requireText(config, 'imapHost'), 'imapHost'),
    port: readNumber(config, 'imapPort', { least: 1, most: 65_535, otherwise: usualPorts[security] }),
    security,
    tls: readTls(imapTls, 'imapTls'),
    folder: readFolder(config, 'imapFolder', 'INBOX'),
    afterRead: readAfterRead(config),
    login: readImapLogin(sources),
  };
}

/** Control characters end an IMAP command. */
function readFolder(config: RawSettings, field: string, otherwise?: string): string {
  const folder = readText(config, field) ?? otherwise;
  if (folder === undefined) throw badSetting(field, 'it is empty; give the folder');
  if (/\p{Cc}/u.test(folder)) throw badSetting(field, 'it has a line break or control character');
  return folder;
}

function readAfterRead(config: RawSettings): ImapSettings['afterRead'] {
  const kind = readOneOf(config, 'imapAfterRead', afterReads);
  if (kind !== 'move') return { kind };
  const folder = readFolder(config, 'imapMoveTo');
  if (folder.toLowerCase() !== readFolder(config, 'imapFolder', 'INBOX').toLowerCase())
    return { kind, folder };
  throw badSetting('imapMoveTo', 'it is the folder that mails are read from');
}

function readImapLogin({ config, credentials, route }: InboundSources): ImapLogin {
  const user = readText(credentials, 'imapUser');
  if (/\p{Cc}/u.test(user ?? '')) throw badSetting('imapUser', 'it has a line break or control character');
  if (readOneOf(config, 'imapAuth', ways) === 'password') {
    const password = readSecret(credentials, 'imapPassword');
    if (user === undefined) throw badSetting('imapUser', 'it is empty; give the user name');
    if (password === undefined) throw badSetting('imapPassword', 'it is empty; type it in again');
    return { kind: 'password', user, password };
  }
  const shared = oauthLoginOf(route);
  if (shared) return { kind: 'oauth', user: user ?? shared.user };
  throw badSetting('imapAuth', 'the SMTP route does not sign in with OAuth 2.0; give a password');
}

function readHttp({ credentials }: InboundSources): HttpReceiptSettings {
  const secret = readSecret(credentials, 'httpSecret')?.trim();
  if (!secret) throw badSetting('httpSecret', 'it is empty; generate one');
  if (secret.length < leastSecret || !/^[\x21-\x7e]+$/.test(secret))
    throw badSetting(
      'httpSecret',
      `it needs ${leastSecret} letters, digits or signs at least, without spaces`,
    );
  return { secret };
}
