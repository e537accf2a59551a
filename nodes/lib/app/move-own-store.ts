/** An app's settings before and after come in; everything it keeps is where the later ones say. */
import { EmailError } from '../kernel/errors.ts';
import { openMovableDatabase } from '../move/movable-database.ts';
import { type MovableFile, openMovableFile } from '../move/movable-file.ts';
import { type MoveCounts, type MoveStep, moveApp } from '../move/move-app.ts';
import { migrate } from '../postgres/migrations.ts';
import { openDatabase } from '../postgres/open-database.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import type { PostgresStore } from '../settings/store-settings.ts';
import { databaseAddress } from './database-address.ts';
import { fileOptions, type StoreWorld } from './open-own-store.ts';

/**
 * From this machine's folder to a database, or back. The app runs nowhere. Throws EmailError `bad-settings` for any other
 * way, `store-in-use`, `import-running`, and what `moveApp` throws; the app's data is then where it was.
 */
export async function moveOwnStore(
  from: AppSettings,
  to: AppSettings,
  world: StoreWorld,
  onStep: (step: MoveStep) => void,
): Promise<MoveCounts> {
  const { store } = [from, to].find((settings) => settings.store.kind === 'postgres') ?? from;
  if (store.kind === 'file') throw badWay('the data is there already');
  if (from.store.kind === to.store.kind)
    throw badWay('from one database to another it goes by way of this machine: move it here first');
  const file = await openMovableFile(fileOptions(from.store.kind === 'file' ? from : to, world));
  try {
    return await betweenFileAnd(store, { file, from, world, onStep });
  } finally {
    await file.close();
  }
}

interface Move {
  readonly file: MovableFile;
  readonly from: AppSettings;
  readonly world: StoreWorld;
  readonly onStep: (step: MoveStep) => void;
}

async function betweenFileAnd(
  store: PostgresStore,
  { file, from, world, onStep }: Move,
): Promise<MoveCounts> {
  const { clock, newId } = world;
  const database = await openDatabase({ address: databaseAddress(store), clock });
  try {
    await migrate(database);
    const place = { database, appId: from.appId, instance: newId() };
    const shared = await openMovableDatabase({ ...place, name: database.name, keys: file.keys });
    const isArriving = from.store.kind === 'file';
    return await (isArriving ? moveApp(file, shared, onStep) : moveApp(shared, file, onStep));
  } finally {
    await database.close();
  }
}

function badWay(why: string): EmailError {
  return new EmailError('bad-settings', { field: 'storeKind', detail: { why } });
}
