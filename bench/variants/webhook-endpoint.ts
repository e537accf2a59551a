/** Our endpoint in front of an app's queue: each webhook is on disk before it is posted, signed, and settled on disk. */
import { randomBytes } from 'node:crypto';
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import { openKeyRing } from '../../nodes/lib/keys/open-key-ring.ts';
import { openStore } from '../../nodes/lib/store/open-store.ts';
import { sqliteWebhookQueue } from '../../nodes/lib/store/sqlite-webhook-queue.ts';
import { unlockRows } from '../../nodes/lib/store/unlock-rows.ts';
import { openEndpoint } from '../../nodes/lib/webhook/open-endpoint.ts';
import { openPoster } from '../../nodes/lib/webhook/post/open-poster.ts';
import { signWebhook } from '../../nodes/lib/webhook/sign-webhook.ts';
import type { WebhookSettings } from '../../nodes/lib/webhook/webhook-settings.ts';
import { loadFromArguments, measure } from '../measured.ts';
import { sendAll } from '../ses-load.ts';
import { inFlight, sampleWebhook } from '../webhook-load.ts';

/** Messages of the flow that wait for their webhook to be on disk. */
const accepting = 256;

const load = loadFromArguments();
const store = await openStore({
  folder: load.folder,
  workerFile: new URL('../../nodes/lib/store/store-worker.ts', import.meta.url),
  now: Date.now(),
  unknown: 'hold',
  maxWaiting: 1e9,
  nodeVersion: process.versions.node,
});
const keys = await openKeyRing({ folder: load.folder, now: Date.now(), randomBytes });
await unlockRows(store, keys, '');
const settings: WebhookSettings = {
  endpoint: 'n1',
  name: 'bench',
  url: `http://127.0.0.1:${load.port}/hook`,
  format: { kind: 'standard' },
  secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  authorizations: {},
  allowedHosts: [`127.0.0.1:${load.port}`],
  concurrency: inFlight,
  timeout: 10_000,
  giveUpAfter: 3 * 86_400_000,
};
let delivered = 0;
let onDelivered = (): void => {};
const fail = (error: unknown): never => {
  throw error;
};
const endpoint = openEndpoint({
  settings,
  queue: sqliteWebhookQueue(store, keys),
  notes: { readNote: async () => undefined, writeNote: async () => {} },
  poster: await openPoster(settings, { clock: systemClock }),
  sign: signWebhook,
  clock: systemClock,
  random: Math.random,
  onSettled(_, { status, reason }) {
    if (status !== 'delivered') fail(new Error(reason));
    delivered += 1;
    onDelivered();
  },
  onEvent: fail,
  onTrouble: fail,
  onState: () => {},
  onClosed: () => {},
});
let webhooks = 0;

await measure(load, async (count) => {
  const all = delivered + count;
  const done = new Promise<void>((resolve) => {
    onDelivered = () => delivered === all && resolve();
  });
  await sendAll(count, (index) => accept(index), accepting);
  await done;
  return count;
});
await store.close();
process.exit(0);

function accept(index: number): Promise<void> {
  const body = JSON.stringify(sampleWebhook(index));
  const id = `w${webhooks++}`;
  const subject = `mail-${index}`;
  return endpoint.accept([
    { id, endpoint: 'n1', subject, type: 'email.bounced', body, acceptedAt: Date.now() },
  ]);
}
