import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { appFolder } from '../../../nodes/lib/app/app-folder.ts';
import { openEmailApp } from '../../../nodes/lib/app/open-email-app.ts';
import { processWorld } from '../../support/process-world.ts';
import { sampleSettings } from '../../support/sample-settings.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';

describe('openEmailApp', () => {
  it('keeps keys, a database and room for those who leave in the app’s own folder', async () => {
    const { folder, remove } = temporaryFolder();
    const settings = sampleSettings();
    const app = await openEmailApp(settings, processWorld(folder));
    await app.close();
    const own = appFolder(settings, folder);
    assert.deepEqual(readdirSync(own).sort(), ['app.sqlite', 'keys.json', 'received', 'reserve', 'spool']);
    assert.equal(statSync(join(own, 'reserve')).size, 32 * 1024 * 1024);
    remove();
  });

  it('takes all spellings of a mailbox for one person only if its settings say so', async () => {
    const { folder, remove } = temporaryFolder();
    const held: number[] = [];
    for (const foldAddresses of [false, true]) {
      const app = await openEmailApp(sampleSettings({}, {}, { foldAddresses }), processWorld(folder));
      const entry = { address: 'ann.ax@gmail.com', cause: 'unsubscribe', method: 'page', at: 1 } as const;
      await app.suppressions.add([entry]);
      held.push((await app.suppressions.find(['annax@gmail.com'], 2)).size);
      await app.close();
    }
    assert.deepEqual(held, [0, 1]);
    remove();
  });

  it('leaves no store open that it could not name an address in', async () => {
    const { folder, remove } = temporaryFolder();
    await (await openEmailApp(sampleSettings(), processWorld(folder))).close();
    const { inbound } = sampleSettings();
    const smtp = { host: 'mx.example.com', address: '127.0.0.1', port: 0, addresses: [] };
    const randomBytes = () => assert.fail('no random bytes');
    const opening = openEmailApp(
      sampleSettings({ inbound: { ...inbound, smtp } }),
      processWorld(folder, { randomBytes }),
    );
    await assert.rejects(opening, /no random bytes/);
    await (await openEmailApp(sampleSettings(), processWorld(folder))).close();
    remove();
  });
});
