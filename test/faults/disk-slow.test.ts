import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmailApp } from '../../nodes/lib/app/email-app.ts';
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import type { AppStore } from '../../nodes/lib/store/open-app-store.ts';
import { fixedKeys } from '../support/fixed-keys.ts';
import { sampleSettings } from '../support/sample-settings.ts';
import { temporaryFolder } from '../support/sqlite-outbox.ts';
import { openTestStore } from '../support/sqlite-suppressions.ts';

const workerFile = new URL('slow-store-worker.ts', import.meta.url);
/** ms of a commit, as on a bad SD card. */
const delay = 100;
const mails = 150;
const concurrency = 10;

/** Pretended: a thread that waits after each commit. */
describe('a slow disk', function () {
  this.timeout(60_000);
  let folder: string;
  let store: AppStore;
  let app: EmailApp;
  let delivered: string[];
  let troubles: string[];
  let remove: () => void;

  beforeEach(async () => {
    ({ folder, remove } = temporaryFolder());
    [delivered, troubles] = [[], []];
    store = await openTestStore(folder, { workerFile, now: Date.now() });
    app = openApp();
    writeFileSync(join(folder, 'delay'), String(delay));
  });
  afterEach(async () => {
    rmSync(join(folder, 'delay'), { force: true });
    await app.close();
    remove();
  });

  function openApp(): EmailApp {
    let ids = 0;
    return new EmailApp({
      ...store,
      keys: fixedKeys(),
      settings: sampleSettings({}, { rate: 10_000, concurrency }),
      clock: systemClock,
      random: () => 0.5,
      newId: () => `id${++ids}`,
      onTrouble: ({ code }) => troubles.push(code),
      transport: {
        async deliver({ envelope }) {
          delivered.push(...envelope.to);
          return { code: 'sent', accepted: envelope.to, refused: [], response: '250 Ok' };
        },
        verify: async () => 'fine',
        close: async () => {},
      },
    });
  }
  const send = (to: string) =>
    app.send({
      requestId: `r-${to}`,
      mode: 'message',
      fields: { to, subject: 'Hello', plaintext: 'Hello' },
      node: 'n1',
      reports: true,
    });

  it('loses nothing, accepts nothing before it is written, and is not run away from', async () => {
    const first = await Promise.race([
      send('first@a.example').then(() => 'accepted'),
      tick().then(() => 'sooner'),
    ]);
    assert.equal(first, 'sooner');
    let furthest = 0;
    const settled = new Promise<void>((resolve) => {
      const known = new Set<string>();
      app.onResult(({ id, state }) => {
        assert.equal(state, 'sent');
        known.add(id);
        furthest = Math.max(furthest, delivered.length - known.size);
        if (known.size === mails + 1) resolve();
      });
    });
    await Promise.all(Array.from({ length: mails }, (_, n) => send(`a${n}@a.example`)));
    await settled;
    assert.equal(new Set(delivered).size, mails + 1);
    assert.equal(delivered.length, mails + 1);
    // what the store does not know of yet is bounded, however slow it is
    assert.ok(furthest <= 4 * concurrency, `${furthest} were sent and not recorded`);
    assert.deepEqual(troubles, []);
    assert.equal(app.state().storeTrouble, undefined);
  });

  it('lets the program go on: what it does beside is not held up by a commit', async () => {
    const accepting = Promise.all(Array.from({ length: 50 }, (_, n) => send(`a${n}@a.example`)));
    let turns = 0;
    let isOver = false;
    void accepting.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      turns += 1;
      await tick();
    }
    // were the disk waited for here, there would be a turn or two for each commit
    assert.ok(turns > 1000, `${turns} turns of the event loop`);
    await accepting;
  });
});

function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
