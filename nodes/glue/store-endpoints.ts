import type { NodeAPI } from 'node-red';
import { systemClock } from '../lib/kernel/clock.ts';
import { EmailError } from '../lib/kernel/errors.ts';
import type { AppSettings } from '../lib/settings/app-settings.ts';
import { type AdminRoutes, inPlainWords } from './admin-routes.ts';
import type { DeployedApps } from './deployed-apps.ts';
import { nowAndThen } from './now-and-then.ts';
import { type Fields, readAppConfig } from './read-app-config.ts';
import { type Dialog, readDialog } from './read-dialog.ts';
import type { RunningApps } from './running-app.ts';

export interface StoreRooms {
  readonly apps: RunningApps;
  readonly deployed: DeployedApps;
}

/** Where a dialog says that the app's data is to be: asked for, and brought there. */
export function storeEndpoints(RED: NodeAPI, { write, live }: AdminRoutes, rooms: StoreRooms): void {
  write('test-store', ({ body }) =>
    inPlainWords(async () => {
      const { testStore } = await import('../lib/app/test-store.ts');
      return testStore(readDialog(RED, body), systemClock);
    }),
  );
  live('move-store', async ({ body }, onStep) => {
    const to = readDialog(RED, body);
    const counts = await rooms.apps.move(placeBefore(RED, to, body, rooms), to, nowAndThen(onStep));
    return { moved: Object.values(counts).reduce((sum, count) => sum + count, 0) };
  });
}

/** A database is filled from this machine's folder; the folder from the database that the deployed app has. */
function placeBefore(RED: NodeAPI, to: AppSettings, { id }: Dialog, { deployed }: StoreRooms): AppSettings {
  if (to.store.kind === 'postgres') return { ...to, store: { kind: 'file' } };
  const found = deployed.all().find(({ node }) => node.id === id);
  if (!found) throw new EmailError('missing-app', { field: 'app' });
  return readAppConfig(RED, { ...found.config }, found.node.credentials as Fields);
}
