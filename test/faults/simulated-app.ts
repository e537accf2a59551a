/** A whole app over a real store, in the time of a clock that moves only when nothing is under way. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { appFolder } from '../../nodes/lib/app/app-folder.ts';
import { EmailApp } from '../../nodes/lib/app/email-app.ts';
import { openOwnStore } from '../../nodes/lib/app/open-own-store.ts';
import type { EmailError } from '../../nodes/lib/kernel/errors.ts';
import { sealedVault } from '../../nodes/lib/keys/sealed-vault.ts';
import { openTokenKeeper } from '../../nodes/lib/oauth/token-keeper.ts';
import type { AppStore } from '../../nodes/lib/store/open-app-store.ts';
import { openCaptureTransport } from '../../nodes/lib/transport/capture-transport.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';
import { fakeProvider } from '../support/fake-provider.ts';
import { processWorld } from '../support/process-world.ts';
import { sampleOAuthLogin } from '../support/sample-oauth.ts';
import { temporaryFolder } from '../support/sqlite-outbox.ts';
import { watchStores } from '../support/store-watch.ts';
import { unsubscribeSettings } from '../support/unsubscribe-app.ts';
import { simulatedProvider } from './simulated-provider.ts';

/** What is kept after it is over, in hours; the store prunes once an hour. */
export const keepHours = 1;
/** A mail is tried for so long, in hours. */
export const patienceHours = 2;

const settings = unsubscribeSettings(
  { topics: [{ id: 'news', name: 'News' }] },
  {
    events: {
      keepDays: keepHours / 24,
      suppressHardBounces: true,
      suppressComplaints: true,
      softBounces: { count: 5, days: keepHours / 24 },
      breaker: {
        hours: 24,
        leastMails: 1000,
        warn: { bounces: 0.9, complaints: 0.9 },
        pause: { bounces: 1, complaints: 1 },
      },
    },
  },
);
const delivery = {
  ...settings.delivery,
  rate: 'auto',
  giveUpAfter: patienceHours * 3600,
  keepDays: keepHours / 24,
  keyDays: keepHours / 24,
} as const;

/** `isBusy` tells of work that only its doer knows of. */
export async function openSimulatedApp(isBusy: () => boolean) {
  const stores = watchStores();
  const { folder, remove } = temporaryFolder();
  const busy = [isBusy, () => stores.pending() > 0, isFileAtWork];
  const clock = fakeClock(undefined, () => settled(busy));
  const troubles: string[] = [];
  let ids = 0;
  const world = processWorld(folder, {
    clock,
    random: () => 0.5,
    newId: () => `id${++ids}`,
    randomBytes,
    storeWorker: new URL('./weighed-store-worker.ts', import.meta.url),
    onTrouble: ({ code }: EmailError) => troubles.push(code),
  });
  const ours = { ...settings, delivery };
  const store = await openOwnStore(ours, world);
  const own = appFolder(ours, folder);
  const route = await openRoute(store, { clock, folder: own });
  const { transport } = route.provider;
  const app = new EmailApp({ ...store, ...world, settings: ours, transport, tokens: route.tokens });
  busy.push(() => app.state().sending > 0);
  return {
    ...{ app, store, clock, troubles, busy, remove, settings: ours },
    ...route,
    database: join(own, 'app.sqlite'),
    spool: join(own, 'spool'),
    async close() {
      const closing = app.close();
      await clock.settle();
      await closing;
      stores.end();
    },
  };
}

/** With somebody signed in. */
async function openRoute(store: AppStore, { clock, folder }: { clock: FakeClock; folder: string }) {
  const signIn = fakeProvider(clock);
  const tokens = openTokenKeeper(sampleOAuthLogin(), {
    clock,
    random: () => 0.5,
    onTrouble: () => {},
    vault: sealedVault(store.outbox, store.keys, settings.appId),
    provider: signIn,
  });
  await tokens.accept(signIn.signIn());
  const taker = openCaptureTransport({ folder, clock });
  return { signIn, tokens, taker, provider: simulatedProvider({ clock, tokens, signIn, taker }) };
}

/** Resolves when nobody has been busy for some turns of the event loop. */
async function settled(busy: readonly (() => boolean)[]): Promise<void> {
  for (let calm = 0; calm < 4; calm += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    if (busy.some((one) => one())) calm = -1;
  }
}

export type SimulatedApp = Awaited<ReturnType<typeof openSimulatedApp>>;

function isFileAtWork(): boolean {
  return process.getActiveResourcesInfo().some((type) => type.startsWith('FSReq'));
}

/** A receiver of webhooks that has no time for every 17th, and takes it when it comes again. */
export async function openFlakyReceiver() {
  const refused = new Set<string>();
  let taken = 0;
  let heard = 0;
  const server = createServer((request, response) => {
    const id = String(request.headers['webhook-id']);
    request.resume().once('end', () => {
      heard += 1;
      const isWelcome = refused.delete(id) || heard % 17 !== 0;
      if (isWelcome) taken += 1;
      else refused.add(id);
      response.writeHead(isWelcome ? 204 : 503).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    url: `http://${host}/hook`,
    taken: () => taken,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      assert.equal(refused.size, 0, 'webhooks that never came again');
    },
  };
}
