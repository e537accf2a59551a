/** A day of an app's life, and what it comes to. */
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { BroadcastChannel } from 'node:worker_threads';
import type { EventType } from '../../nodes/lib/event/event-log.ts';
import type { PartRecord } from '../../nodes/lib/outbound/outbox.ts';
import { webhookSettings } from '../support/webhook-settings.ts';
import { openFlakyReceiver, openSimulatedApp, type SimulatedApp } from './simulated-app.ts';
import { beginLife, live, mostIds, numberOf, step } from './simulated-life.ts';
import { weigh } from './weigh.ts';

const minute = 60_000;
const hour = 60 * minute;

export interface Sample {
  readonly hour: number;
  /** Mails accepted so far. */
  readonly mails: number;
  /** Bytes of the objects in this thread and in the store's. */
  readonly heap: number;
  readonly storeHeap: number;
  readonly database: number;
  readonly log: number;
}

export interface DayOptions {
  readonly hours: number;
  /** Hours after the last mail for what still waits. */
  readonly after: number;
  /** Of each outcome; what it keeps is a leak. */
  readonly onOutcome?: (record: PartRecord) => void;
}

export async function simulateDay({ hours, after, onOutcome }: DayOptions) {
  const handles = await openHandles();
  const stage = await openSimulatedApp(() => heard.mails < life.count.received);
  const life = beginLife(stage);
  const heard = await hearAll(stage, onOutcome);
  const { clock } = stage;
  await clock.advance(2 * minute);
  const timers = { before: clock.pending(), after: 0, closed: 0 };
  const samples: Sample[] = [];
  for (let n = 1; n <= (hours * hour) / step; n += 1) {
    const living = live(life, n - 1);
    await clock.settle();
    await living;
    await clock.advance(step);
    const at = (n * step) / hour;
    if (Number.isInteger(at)) samples.push({ hour: at, mails: life.count.mails, ...(await weighAll(stage)) });
  }
  for (let n = 0; n < after; n += 1) await clock.advance(hour);
  timers.after = clock.pending();
  const left = await stage.store.outbox.counts(clock.now());
  const captured = (await stage.taker.listCaptured()).length;
  const listed = await stage.app.suppressions.count();
  await stage.close();
  await heard.receiver.close();
  timers.closed = clock.pending();
  const handlesAfter = await openHandles();
  const { count, accepted } = life;
  return {
    ...{ stage, count, accepted, heard, samples, timers, left, captured, listed, handles, handlesAfter },
    taken: heard.receiver.taken(),
    halfTried: stage.provider.halfTried(),
  };
}

/** What the app tells: outcomes, events (posted as webhooks), received mails. */
async function hearAll({ app, clock, busy }: SimulatedApp, onOutcome?: DayOptions['onOutcome']) {
  const receiver = await openFlakyReceiver();
  const heard = {
    ...{ receiver, mails: 0, webhooks: 0, outcomes: new Uint8Array(mostIds) },
    states: {} as Partial<Record<string, number>>,
    events: {} as Partial<Record<EventType, number>>,
  };
  const { outcomes, states, events } = heard;
  app.onResult((record) => {
    outcomes[numberOf(record.id)]! += 1;
    states[record.state] = (states[record.state] ?? 0) + 1;
    onOutcome?.(record);
  });
  const onTrouble = ({ message }: Error) => assert.fail(message);
  const { url, host } = receiver;
  const hook = webhookSettings({ endpoint: 'hook', url, allowedHosts: [host], concurrency: 5 });
  const endpoint = await app.webhooks.open(hook, {
    onSettled: (_, { status }) => {
      if (status === 'delivered') heard.webhooks += 1;
    },
    onState: () => {},
    onTrouble,
  });
  busy.push(() => endpoint.state().sending > 0);
  app.events.open({
    reader: 'all',
    async deliver({ id, type, emailId: subject }) {
      events[type] = (events[type] ?? 0) + 1;
      if (type === 'email.queued') return;
      const body = JSON.stringify({ id, type });
      await endpoint.accept([{ id, endpoint: 'hook', subject, type, body, acceptedAt: clock.now() }]);
    },
    onTrouble,
  });
  app.mailRoom.listen('in', async () => {
    heard.mails += 1;
  });
  return heard;
}

async function weighAll({ database: file }: SimulatedApp): Promise<Omit<Sample, 'hour' | 'mails'>> {
  const scales = new BroadcastChannel('store-memory');
  const answer = new Promise<{ bytes: number }>((resolve) => {
    scales.onmessage = ({ data }) => resolve(data);
  });
  scales.postMessage('weigh');
  const { bytes: storeHeap } = await answer;
  scales.close();
  const [database, log] = [statSync(file).size, statSync(`${file}-wal`).size];
  return { heap: weigh(), storeHeap, database, log };
}

/** A few turns later, for what is closed goes at the end of one. */
async function openHandles(): Promise<readonly string[]> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return process.getActiveResourcesInfo().sort();
}

export type Day = Awaited<ReturnType<typeof simulateDay>>;
