/** An app's folder with many mails waiting in its outbox, and the app paused. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sqliteOutbox } from '../nodes/lib/store/open-sqlite-outbox.ts';
import { benchAppId } from './bench-app.ts';
import { filledFolder } from './filled-folder.ts';
import { openStoreIn } from './open-list.ts';
import type { Tell } from './suite.ts';

/** Resolves to the folder, which must only be copied. */
export function filledOutbox(mails: number, tell: Tell): Promise<string> {
  return filledFolder({
    name: `outbox-${mails}`,
    isWhole: (folder) => isWhole(folder, mails),
    fill: (folder) => fill(folder, mails, tell),
  });
}

async function isWhole(folder: string, mails: number): Promise<boolean> {
  const store = await openStoreIn(folder).catch(() => undefined);
  if (!store) return false;
  const counts = await sqliteOutbox(store)
    .counts(Date.now())
    .catch(() => undefined);
  await store.close();
  return counts?.waiting === mails;
}

/** By a Node-RED of its own, which is not one of this process afterwards. */
async function fill(folder: string, mails: number, tell: Tell): Promise<void> {
  tell(`Filling an outbox with ${mails.toLocaleString('en')} mails; it is kept for the next run.`);
  const userDir = `${folder}.user`;
  await rm(userDir, { recursive: true, force: true });
  await mkdir(userDir);
  const script = fileURLToPath(new URL('./fill-outbox.ts', import.meta.url));
  const child = spawn(process.execPath, [script, userDir, `${mails}`], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error('the outbox could not be filled');
  await rename(join(userDir, 'email-app', benchAppId), folder);
  await rm(userDir, { recursive: true });
}
