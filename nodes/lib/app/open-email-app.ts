/** From settings to a running app: opens the store and the route, closes what was opened if a later step fails. */
import type { Clock } from '../kernel/clock.ts';
import type { EmailError } from '../kernel/errors.ts';
import { openDkimSigner } from '../mail/dkim-signer.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import { openAppStore } from '../store/open-app-store.ts';
import { EmailApp } from './email-app.ts';
import { openTransport } from './open-transport.ts';

/** What the app needs of the process it runs in. */
export interface World {
  readonly clock: Clock;
  readonly random: () => number;
  readonly newId: () => string;
  readonly randomBytes: (count: number) => Uint8Array;
  /** The text of an app's keys.json, when its keys are not to lie on the disk. */
  readonly keysOf: (appId: string) => string | undefined;
  /** Folder below which each app has its own. */
  readonly folder: string;
  /** Compiled file of the store's worker thread. */
  readonly storeWorker: string | URL;
  readonly nodeVersion: string;
  readonly onTrouble: (error: EmailError) => void;
}

/** SQLite's log takes half of it at most; the rest is room for about a hundred thousand who leave. */
const reserveBytes = 32 * 1024 * 1024;

/**
 * Throws EmailError: `needs-newer-node`, `store-in-use`, `store-newer`, `store-corrupt`, `store-unavailable`,
 * `bad-keys`, `keys-exposed`, `wrong-key`.
 */
export async function openEmailApp(settings: AppSettings, world: World): Promise<EmailApp> {
  const { clock } = world;
  const { dkim } = settings.route.kind === 'smtp' ? settings.route : {};
  const signer = dkim && openDkimSigner(dkim, clock);
  const folder = appFolder(settings, world.folder);
  const store = await openAppStore({
    folder,
    workerFile: world.storeWorker,
    now: clock.now(),
    unknown: settings.delivery.unknown,
    maxWaiting: settings.delivery.maxWaiting,
    reserveBytes,
    nodeVersion: world.nodeVersion,
    randomBytes: world.randomBytes,
    keysFromEnvironment: world.keysOf(settings.appId),
    foldAddresses: settings.unsubscribe.foldAddresses,
  });
  const transport = openTransport(settings, { clock, folder });
  return new EmailApp({ ...world, ...store, settings, transport, signer });
}

export function appFolder({ appId }: AppSettings, folder: string): string {
  return `${folder}/${appId}`;
}
