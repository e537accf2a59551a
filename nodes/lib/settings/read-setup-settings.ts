/** What the tab "Set-up" keeps in config and credentials comes in; what a person wants set up goes out. */
import { type RawSettings, readOneOf, readSecret, readSwitch, readText } from './setting-readers.ts';

export interface SetupSettings {
  /** `easy`: Amazon makes the keys; `own`: with an own key; `off`: no DKIM. */
  readonly dkim: 'easy' | 'own' | 'off';
  /** PEM and its selector, where both are there. */
  readonly ownKey?: { readonly selector: string; readonly privateKey: string };
  /** The MAIL FROM domain, or its part before the app's domain. */
  readonly mailFrom?: string;
  /** The domain to receive mail at, or its part before the app's domain; that itself when empty. Undefined: none is. */
  readonly inbound?: string;
  /** Ask for the TXT token of the first API. */
  readonly token: boolean;
  readonly trackOpens: boolean;
  readonly trackClicks: boolean;
  /** Dedicated IP pool of the configuration set; `null`: the shared addresses; undefined: as it is. */
  readonly pool?: string | null;
  /** Domain of tracked links; undefined: as it is. */
  readonly redirectDomain?: string;
}

/** No pool can have this name. */
const sharedAddresses = '*';

const ways = ['easy', 'own', 'off'] as const;

/** Names are checked where they are used. Throws EmailError `bad-settings`. */
export function readSetupSettings(config: RawSettings, credentials: RawSettings): SetupSettings {
  const dkim = readOneOf(config, 'setupDkim', ways);
  return {
    dkim,
    ownKey: dkim === 'own' ? readOwnKey(config, credentials) : undefined,
    mailFrom: readText(config, 'setupMailFrom'),
    inbound: readSwitch(config, 'setupReceive', false) ? (readText(config, 'setupInbound') ?? '') : undefined,
    token: readSwitch(config, 'setupOwnership', false),
    trackOpens: readSwitch(config, 'setupTrackOpens', false),
    trackClicks: readSwitch(config, 'setupTrackClicks', false),
    pool: readPool(config),
    redirectDomain: readText(config, 'setupRedirectDomain'),
  };
}

function readPool(config: RawSettings): string | null | undefined {
  const pool = readText(config, 'setupPool');
  return pool === sharedAddresses ? null : pool;
}

function readOwnKey(config: RawSettings, credentials: RawSettings): SetupSettings['ownKey'] {
  const selector = readText(config, 'dkimSelector');
  const privateKey = readSecret(credentials, 'dkimKey');
  return selector !== undefined && privateKey !== undefined ? { selector, privateKey } : undefined;
}
