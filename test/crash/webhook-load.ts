/**
 * A process made to be killed: accepts webhooks without end, posts them to a receiver, and writes a line only for what is
 * on disk. With `early` it lies: it writes a webhook's line before it is accepted. With `drain` it accepts none and ends
 * when none wait. For its endpoint a second is a hundredth of one.
 *
 *     accepted <id>     delivered <id>     failed <id>
 */
import { writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { type Clock, systemClock } from '../../nodes/lib/kernel/clock.ts';
import { openEndpoint } from '../../nodes/lib/webhook/open-endpoint.ts';
import { openPoster } from '../../nodes/lib/webhook/post/open-poster.ts';
import { signWebhook } from '../../nodes/lib/webhook/sign-webhook.ts';
import { openTestStore } from '../support/sqlite-suppressions.ts';
import { webhookSettings } from '../support/webhook-settings.ts';

const [folder = '', run = '', mode = '', port = ''] = process.argv.slice(2);
const speed = 100;
const quick: Clock = {
  now: () => systemClock.now() * speed,
  after: (delay, action) => systemClock.after(delay / speed, action),
};
const write = (...words: string[]) => writeSync(1, `${words.join(' ')}\n`);
const host = `127.0.0.1:${port}`;
const settings = webhookSettings({ url: `http://${host}/`, allowedHosts: [host], concurrency: 8 });
const store = await openTestStore(folder, { now: Date.now(), maxWaiting: 1e9 });
const fail = (error: unknown) => {
  throw error;
};
let unsettled = 0;
const endpoint = openEndpoint({
  settings,
  queue: store.webhooks,
  notes: store.outbox,
  poster: await openPoster(settings, { clock: systemClock }),
  sign: signWebhook,
  clock: quick,
  random: Math.random,
  onSettled(_, { status, id }) {
    unsettled -= 1;
    write(status, id);
  },
  onEvent: () => {},
  onTrouble: fail,
  onState: () => {},
  onClosed: () => {},
});
let webhooks = 0;

async function acceptForever(): Promise<void> {
  for (;;) {
    while (unsettled > 200) await wait(5);
    unsettled += 1;
    const id = `${run}-${webhooks++}`;
    // three of each subject, one after the other; some are dead at once
    const subject = `${run}-s${Math.floor(webhooks / 3)}`;
    const target = webhooks % 50 === 7 ? { url: settings.url ?? '', authId: 'unknown' } : undefined;
    const body = JSON.stringify({ data: { id } });
    if (mode === 'early') write('accepted', id);
    const given = { id, endpoint: 'n1', subject, type: 'email.sent', body, target };
    await endpoint.accept([{ ...given, acceptedAt: quick.now() }]);
    if (mode !== 'early') write('accepted', id);
  }
}

async function drain(): Promise<void> {
  while ((await store.webhooks.counts('n1')).waiting > 0) await wait(20);
  await endpoint.close();
  await store.close();
  process.exit(0);
}

if (mode === 'drain') await drain();
else await Promise.all(Array.from({ length: 24 }, acceptForever));
