import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import type { OpenDatabase } from '../../nodes/lib/postgres/open-database.ts';
import { openPostgresStore } from '../../nodes/lib/postgres/open-postgres-store.ts';
import type { AppStore } from '../../nodes/lib/store/open-app-store.ts';
import { freshDatabase } from './postgres.ts';

export interface SharedStores {
  /** Beside those of the stores. */
  readonly database: OpenDatabase;
  /** One more machine of the app `app`, with the keys of all. */
  open(): Promise<AppStore>;
  dispose(): Promise<void>;
}

/** Machines of one app in a database of its own. */
export async function sharedStores(): Promise<SharedStores> {
  const fresh = await freshDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'email-app-shared-'));
  const opened: AppStore[] = [];
  return {
    database: await fresh.open(),
    async open() {
      const store = await openPostgresStore({
        address: fresh.address,
        instance: randomUUID(),
        owner: { appId: 'app', name: 'App' },
        folder,
        unknown: 'hold',
        maxWaiting: 10_000,
        maxInboundBytes: 1_000_000,
        clock: systemClock,
        elapsed: () => performance.now(),
        randomBytes,
        onTrouble: () => {},
      });
      opened.push(store);
      return store;
    },
    async dispose() {
      await Promise.all(opened.map((store) => store.close()));
      await fresh.drop();
      rmSync(folder, { recursive: true });
    },
  };
}
