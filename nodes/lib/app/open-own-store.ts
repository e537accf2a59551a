/** From settings to the store of an app: in its own folder for this process alone, or in a database that machines share. */
import type { AppSettings } from '../settings/app-settings.ts';
import type { PostgresStore } from '../settings/store-settings.ts';
import { type AppStore, type AppStoreOptions, openAppStore } from '../store/open-app-store.ts';
import { appFolder } from './app-folder.ts';
import { databaseAddress } from './database-address.ts';
import type { World } from './world.ts';

/** SQLite's log takes half of it at most; the rest is room for about a hundred thousand who leave. */
const reserveBytes = 32 * 1024 * 1024;

export type StoreWorld = Pick<
  World,
  | 'clock'
  | 'elapsed'
  | 'folder'
  | 'newId'
  | 'storeWorker'
  | 'nodeVersion'
  | 'randomBytes'
  | 'keysOf'
  | 'onTrouble'
>;

/** Throws EmailError as `openAppStore` or `openPostgresStore` does. */
export function openOwnStore(settings: AppSettings, world: StoreWorld): Promise<AppStore> {
  const { store } = settings;
  if (store.kind === 'postgres') return openSharedStore(store, settings, world);
  return openAppStore(fileOptions(settings, world));
}

/** Of the folder that the app has on this machine. */
export function fileOptions(settings: AppSettings, world: StoreWorld): AppStoreOptions {
  const { appId, name, route, delivery, unsubscribe, inbound } = settings;
  return {
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
  };
}

/** Loaded for those who have one. */
async function openSharedStore(
  store: PostgresStore,
  settings: AppSettings,
  world: StoreWorld,
): Promise<AppStore> {
  const { openPostgresStore } = await import('../postgres/open-postgres-store.ts');
  const { appId, name, route, delivery, unsubscribe, inbound } = settings;
  const { clock, elapsed, randomBytes, onTrouble } = world;
  return openPostgresStore({
    address: databaseAddress(store),
    connections: store.connections,
    instance: world.newId(),
    owner: { appId, name, provider: route.kind },
    folder: appFolder(settings, world.folder),
    keysFromEnvironment: world.keysOf(appId),
    foldAddresses: unsubscribe.foldAddresses,
    unknown: delivery.unknown,
    maxWaiting: delivery.maxWaiting,
    maxInboundBytes: inbound.maxKeptBytes,
    ...{ clock, elapsed, randomBytes, onTrouble },
  });
}
