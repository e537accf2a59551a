import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { appFolder, openEmailApp } from '../../../nodes/lib/app/open-email-app.ts';
import { systemClock } from '../../../nodes/lib/kernel/clock.ts';
import type { AppSettings } from '../../../nodes/lib/settings/app-settings.ts';
import { sampleSettings } from '../../support/sample-settings.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';
import { storeWorker } from '../../support/sqlite-suppressions.ts';

function openIn(folder: string, settings: AppSettings) {
  return openEmailApp(settings, {
    clock: systemClock,
    random: Math.random,
    newId: randomUUID,
    randomBytes,
    keysOf: () => undefined,
    folder,
    storeWorker,
    nodeVersion: process.versions.node,
    onTrouble: assert.fail,
  });
}

describe('openEmailApp', () => {
  it('keeps keys, a database and room for those who leave in the app’s own folder', async () => {
    const { folder, remove } = temporaryFolder();
    const settings = sampleSettings();
    const app = await openIn(folder, settings);
    await app.close();
    const own = appFolder(settings, folder);
    assert.deepEqual(readdirSync(own).sort(), ['app.sqlite', 'keys.json', 'reserve', 'spool']);
    assert.equal(statSync(join(own, 'reserve')).size, 32 * 1024 * 1024);
    remove();
  });

  it('takes all spellings of a mailbox for one person only if its settings say so', async () => {
    const { folder, remove } = temporaryFolder();
    const held: number[] = [];
    for (const foldAddresses of [false, true]) {
      const app = await openIn(folder, sampleSettings({}, {}, { foldAddresses }));
      const entry = { address: 'ann.ax@gmail.com', cause: 'unsubscribe', method: 'page', at: 1 } as const;
      await app.suppressions.add([entry]);
      held.push((await app.suppressions.find(['annax@gmail.com'], 2)).size);
      await app.close();
    }
    assert.deepEqual(held, [0, 1]);
    remove();
  });
});
