/** What comes into an app in four minutes of its day: mails to send, mails received, people who leave and come back. */
import assert from 'node:assert/strict';
import type { SendFields } from '../../nodes/lib/request/send-fields.ts';
import { answerUnsubscribe } from '../../nodes/lib/unsubscribe/answer-unsubscribe.ts';
import { type RequestLimits, requestLimits } from '../../nodes/lib/unsubscribe/request-limits.ts';
import { sealToken } from '../../nodes/lib/unsubscribe/unsubscribe-token.ts';
import type { SimulatedApp } from './simulated-app.ts';

const minute = 60_000;
export const step = 4 * minute;
/** Ids given out at most; what is known of each is one byte, so that knowing it takes no more memory in time. */
export const mostIds = 200_000;

/** What came in so far. */
export interface Life {
  readonly stage: SimulatedApp;
  readonly limits: RequestLimits;
  readonly count: { mails: number; repeated: number; left: number; returned: number; received: number };
  /** By number of its id: 1 for a mail that was accepted. */
  readonly accepted: Uint8Array;
}

export function beginLife(stage: SimulatedApp): Life {
  const count = { mails: 0, repeated: 0, left: 0, returned: 0, received: 0 };
  return { stage, limits: requestLimits(stage.clock), count, accepted: new Uint8Array(mostIds) };
}

export const numberOf = (id: string): number => Number(id.slice(2));

/** The step number `n` of a day. */
export async function live(life: Life, n: number): Promise<void> {
  const { app } = life.stage;
  const at = ((n * step) / minute) % 360;
  await sendUsual(life, n);
  await sendHard(life, n);
  if (n % 4 === 0) await leaveAndReturn(life, n);
  if (at === 200) {
    const everybody = Array.from({ length: 300 }, (_, i) => `burst-${i}@example.net`);
    await send(life, everybody);
  }
  if (at === 240) await app.pause();
  if (at === 272) await app.resume();
  await receive(life, n);
}

async function sendUsual(life: Life, n: number): Promise<void> {
  for (let i = 0; i < 4; i += 1) await send(life, `reader-${(n * 4 + i) % 3000}@example.net`);
  const [ann, bob] = [`ann-${n % 500}@example.net`, `bob-${n % 500}@example.net`];
  await send(life, [ann, bob], { cc: 'boss@example.com' });
  if (n % 9 === 4)
    await send(life, `later-${n}@example.net`, { sendAt: life.stage.clock.now() + 20 * minute });
  if (n % 10 !== 0) return;
  const once = { idempotencyKey: `order-${n}` };
  assert.equal(await send(life, ann, once), await send(life, ann, once), 'the key is known');
}

/** To those whom the provider does not take at once, or ever. */
async function sendHard(life: Life, n: number): Promise<void> {
  if (n % 5 === 1) await send(life, `slow-${n}@example.net`);
  if (n % 7 === 2) await send(life, `never-${n}@example.net`, { validity: 600 });
  if (n % 31 === 3) await send(life, `never-${n}@example.net`);
  if (n % 6 === 3) await send(life, `gone-${n % 40}@example.net`);
  if (n % 8 === 5) await send(life, `strict-${n}@strict.example`);
}

async function leaveAndReturn(life: Life, n: number): Promise<void> {
  const { app, clock } = life.stage;
  const reader = `left-${n % 60}@example.net`;
  const mail = { messageClass: 'marketing', payload: '<p>$(unsubscribe)</p>' };
  await leave(life, reader, await send(life, reader, mail));
  const address = `left-${(n + 32) % 60}@example.net`;
  if (await app.suppressions.remove({ address, method: 'api', at: clock.now() })) life.count.returned += 1;
}

async function send({ stage, count, accepted }: Life, to: unknown, fields: SendFields = {}): Promise<string> {
  const { app, clock } = stage;
  const body = { subject: 'Your order', payload: '<p>It is on its way.</p>' };
  const { copies, isRepeated } = await app.send({
    requestId: `r${clock.now()}-${count.mails}-${count.repeated}`,
    mode: 'message',
    fields: { to, ...body, ...fields },
    node: 'out',
    reports: true,
  });
  if (isRepeated) count.repeated += 1;
  else for (const { id } of copies) accepted[numberOf(id)] = 1;
  if (!isRepeated) count.mails += copies.length;
  await app.markReported(copies.map(({ id }) => id));
  return copies[0]!.id;
}

async function leave({ stage, limits, count }: Life, address: string, emailId: string): Promise<void> {
  const { app, clock, settings } = stage;
  const rooms = {
    appId: settings.appId,
    list: app.suppressions,
    keys: app.keys,
    settings: settings.unsubscribe,
    clock,
    limits,
    onLeft: () => {
      count.left += 1;
    },
    onTrouble: ({ message }: Error) => assert.fail(message),
  };
  const token = sealToken({ appId: settings.appId, address, emailId }, app.keys);
  const body = Buffer.from('List-Unsubscribe=One-Click');
  const facts = { method: 'POST', token, body, ip: '192.0.2.1', userAgent: 'Mail program' };
  assert.equal((await answerUnsubscribe(facts, rooms)).status, 200);
}

async function receive({ stage, count }: Life, n: number): Promise<void> {
  count.received += 1;
  const head = `From: Ann <ann@example.net>\r\nTo: in@example.com\r\nMessage-ID: <${n}@example.net>\r\n`;
  const raw = Buffer.from(`${head}Subject: Hello ${n}\r\n\r\n${'A line of a mail.\r\n'.repeat(20)}`);
  const facts = {
    source: 'ses',
    envelope: { from: 'ann@example.net', to: ['in@example.com'] },
    receivedAt: stage.clock.now(),
    auth: { spf: 'pass', dkim: 'pass', dmarc: 'pass', signedBy: ['example.net'] },
  } as const;
  await stage.store.inbound.accept([raw] as unknown as AsyncIterable<Uint8Array>, facts, 1_000_000);
}
