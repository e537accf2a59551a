/** From settings to the store in the app's own folder, opened for this process alone. */
import type { AppSettings } from '../settings/app-settings.ts';
import { type AppStore, openAppStore } from '../store/open-app-store.ts';
import { appFolder } from './app-folder.ts';
import type { World } from './world.ts';

/** SQLite's log takes half of it at most; the rest is room for about a hundred thousand who leave. */
const reserveBytes = 32 * 1024 * 1024;

export type StoreWorld = Pick<
  World,
  'clock' | 'folder' | 'storeWorker' | 'nodeVersion' | 'randomBytes' | 'keysOf'
>;

/** Throws EmailError as `openAppStore` does. */
export function openOwnStore(settings: AppSettings, world: StoreWorld): Promise<AppStore> {
  const { appId, name, route, delivery, unsubscribe, inbound } = settings;
  return openAppStore({
    folder: appFolder(settings, world.folder),
    workerFile: world.storeWorker,
    now: world.clock.now(),
    unknown: delivery.unknown,
    maxWaiting: delivery.maxWaiting,
    maxInboundBytes: inbound.maxKeptBytes,
    reserveBytes,
    nodeVersion: world.nodeVersion,
    randomBytes: world.randomBytes,
    keysFromEnvironment: world.keysOf(appId),
    foldAddresses: unsubscribe.foldAddresses,
    owner: { appId, name, provider: route.kind },
  });
}
