import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { borrowStoredTokens, borrowTokens } from '../../../nodes/lib/app/borrow-tokens.ts';
import { openEmailApp, type World } from '../../../nodes/lib/app/open-email-app.ts';
import { systemClock } from '../../../nodes/lib/kernel/clock.ts';
import type { TokenSet } from '../../../nodes/lib/oauth/token-set.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { sampleOAuthLogin } from '../../support/sample-oauth.ts';
import { sampleSettings } from '../../support/sample-settings.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';
import { storeWorker } from '../../support/sqlite-suppressions.ts';

const route = {
  kind: 'smtp',
  host: '127.0.0.1',
  port: 9,
  security: 'none',
  tls: { verify: true },
  login: sampleOAuthLogin(),
} as const;
const dialog = sampleSettings({ route });

const tokens = (): TokenSet => ({
  accessToken: 'access-token-of-a-test-0001',
  refreshToken: 'refresh-token-of-a-test-0001',
  account: 'shop@example.com',
  receivedAt: Date.now(),
  validUntil: Date.now() + 3_600_000,
});

describe('tokens for a dialog', () => {
  let world: World;
  let remove: () => void;

  beforeEach(() => {
    const temporary = temporaryFolder();
    remove = temporary.remove;
    world = {
      clock: systemClock,
      random: Math.random,
      newId: randomUUID,
      randomBytes,
      keysOf: () => undefined,
      folder: temporary.folder,
      storeWorker,
      nodeVersion: process.versions.node,
      onTrouble() {},
    };
  });
  afterEach(() => remove());

  it('are kept for an app that was never deployed, and found when it is', async () => {
    await borrowStoredTokens(dialog, world, async (keeper) => keeper?.accept(tokens()));
    const app = await openEmailApp(dialog, world);
    assert.equal(await app.tokens?.current(), tokens().accessToken);
    await app.close();
  });

  it('are kept in the store of a running app that signs in otherwise', async () => {
    const app = await openEmailApp(sampleSettings(), world);
    await borrowTokens(app, dialog, world, async (keeper) => keeper?.accept(tokens()));
    const state = await borrowTokens(app, dialog, world, async (keeper) => {
      await keeper?.update();
      return keeper?.state();
    });
    assert.equal(state?.account, 'shop@example.com');
    await app.close();
  });

  it('are those of the running app itself where it has some', async () => {
    const app = await openEmailApp(dialog, world);
    await borrowTokens(app, dialog, world, async (keeper) => assert.equal(keeper, app.tokens));
    await app.close();
  });

  it('are none for settings without OAuth', async () => {
    await borrowStoredTokens(sampleSettings(), world, async (keeper) => assert.equal(keeper, undefined));
  });

  it('are not taken from a store that is open elsewhere, which stays open', async () => {
    const app = await openEmailApp(dialog, world);
    await assertRefused(() => borrowStoredTokens(dialog, world, async () => undefined), 'store-in-use');
    await app.tokens?.accept(tokens());
    await app.close();
  });

  it('leave the store closed when the work fails', async () => {
    const failing = borrowStoredTokens(dialog, world, () => Promise.reject(new Error('work')));
    await assert.rejects(failing, /work/);
    await (await openEmailApp(dialog, world)).close();
  });
});
