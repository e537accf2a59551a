import type {
  AppSettings,
  DeliverySettings,
  UnsubscribeSettings,
} from '../../nodes/lib/settings/app-settings.ts';

/** The settings of an app for the domain example.com, with what a test needs otherwise. */
export function sampleSettings(
  changes: Partial<AppSettings> = {},
  delivery: Partial<DeliverySettings> = {},
  unsubscribe: Partial<UnsubscribeSettings> = {},
): AppSettings {
  return {
    appId: 'app00001',
    store: { kind: 'file' },
    name: 'Shop',
    domain: 'example.com',
    defaultSender: { address: 'shop@example.com', name: 'Shop' },
    allowedSenders: ['partner@example.net', '@example.org'],
    route: { kind: 'capture' },
    delivery: {
      rate: 10,
      concurrency: 5,
      giveUpAfter: 345_600,
      unknown: 'hold',
      maxWaiting: 100_000,
      keepDays: 7,
      contentDays: 7,
      keyDays: 7,
      maxMailBytes: 40_000_000,
      ...delivery,
    },
    unsubscribe: { ...unsubscribeOff, ...unsubscribe },
    templates: [],
    inbound: { maxMailBytes: 40_000_000, maxKeptBytes: 1_000_000_000, setAsideDays: 30, keepDays: 3 },
    events: { keepDays: 30, suppressHardBounces: true, suppressComplaints: true },
    ...changes,
  };
}

const unsubscribeOff: UnsubscribeSettings = {
  enabled: false,
  headers: false,
  skipSenders: [],
  topics: [],
  marketingWithoutLink: 'refuse',
  checkCopies: true,
  foldAddresses: false,
  page: { organisation: 'Shop', language: 'en' },
  evidenceDays: 365,
  trustedProxies: [],
};
