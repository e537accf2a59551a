import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { sendMail } from '../../../nodes/lib/app/send-mail.ts';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import type { SendFields } from '../../../nodes/lib/request/send-fields.ts';
import type { AppSettings, DeliverySettings } from '../../../nodes/lib/settings/app-settings.ts';
import { appStage, taken } from '../../support/app-stage.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { fixedKeys } from '../../support/fixed-keys.ts';
import { memoryMailings } from '../../support/memory-mailings.ts';
import { memoryOutbox } from '../../support/memory-outbox.ts';
import { sampleSettings } from '../../support/sample-settings.ts';

const stage = (settings: Partial<AppSettings> = {}, delivery: Partial<DeliverySettings> = {}) =>
  appStage({ settings: sampleSettings(settings, delivery) });

const hello: SendFields = { to: 'ann@example.net', subject: 'Hello', payload: 'Hi' };

/** How often the rest of the process had its turn while a request was checked whose every copy takes a minute. */
async function turnsTaken(to: unknown): Promise<number> {
  let now = 1_800_000_000_000;
  let turns = 0;
  const clock = {
    now: () => (now += 60_000),
    after(_delay: number, action: () => void) {
      turns += 1;
      setImmediate(action);
      return () => {};
    },
  };
  const order = {
    requestId: 'r1',
    mode: 'message',
    fields: { ...hello, to },
    node: 'n1',
    reports: true,
  } as const;
  const ready = { keep() {}, drop() {} };
  const outbox = memoryOutbox();
  await sendMail(order, {
    settings: sampleSettings(),
    outbox,
    mailings: memoryMailings(outbox),
    clock,
    newId: randomUUID,
    keys: fixedKeys(),
    ready,
    notifyHosts: () => undefined,
    requireOpen: () => {},
  });
  return turns;
}

describe('EmailApp', () => {
  it('holds no mail ready that ended before it could leave', async () => {
    const { app, clock, outbox, results, send } = stage();
    let readBack = 0;
    const { content } = outbox;
    outbox.content = (id) => {
      readBack += 1;
      return content(id);
    };
    await app.pause();
    // together more than all the room there is
    for (let mail = 0; mail < 40; mail += 1)
      await send({ ...hello, payload: 'x '.repeat(500_000), validity: 60 });
    await clock.advance(120_000);
    await app.resume();
    await clock.advance(60_000);
    assert.deepEqual(new Set(results.map(({ state }) => state)), new Set(['expired']));
    await send(hello);
    await clock.advance(5000);
    assert.deepEqual([results.at(-1)?.state, readBack], ['sent', 0]);
  });

  it('sends what it accepted and tells the node that asked', async () => {
    const { clock, delivered, results, send } = stage();
    await send(hello);
    await clock.advance(10);
    assert.deepEqual(delivered[0]?.envelope, { from: 'shop@example.com', to: ['ann@example.net'] });
    assert.deepEqual(
      results.map(({ state, to }) => [state, to.address]),
      [['sent', 'ann@example.net']],
    );
  });

  it('reports the subject that each recipient saw', async () => {
    const { clock, results, send } = stage();
    const to = [
      { address: 'ann@example.net', substitutions: { name: 'Ann' } },
      { address: 'bob@example.net', substitutions: { name: 'Bob' } },
    ];
    await send({ ...hello, to, subject: 'Dear {{name}}' });
    await clock.advance(1_000);
    assert.deepEqual(results.map(({ subject }) => subject).sort(), ['Dear Ann', 'Dear Bob']);
  });

  it('uses the envelope sender of its settings', async () => {
    const { clock, delivered, send } = stage({}, { envelopeSender: 'bounces@example.com' });
    await send(hello);
    await clock.advance(10);
    assert.equal(delivered[0]?.envelope.from, 'bounces@example.com');
  });

  it('lets cc and bcc ride on the first copy, and never shows bcc', async () => {
    const { clock, delivered, send } = stage();
    await send({
      ...hello,
      to: 'ann@example.net, bob@example.net',
      cc: 'cc@example.net',
      bcc: 'bcc@example.net',
    });
    await clock.advance(1_000);
    assert.deepEqual(
      delivered.map(({ envelope }) => envelope.to),
      [['ann@example.net', 'cc@example.net', 'bcc@example.net'], ['bob@example.net']],
    );
    for (const { raw } of delivered) assert.doesNotMatch(Buffer.from(raw).toString(), /bcc@example\.net/);
  });

  it('holds a mail until its time', async () => {
    const { clock, delivered, send } = stage();
    await send({ ...hello, sendAt: clock.now() + 60_000 });
    await clock.advance(59_000);
    assert.equal(delivered.length, 0);
    await clock.advance(2_000);
    assert.equal(delivered.length, 1);
  });

  it('gives a mail for later its whole time to be tried, and the date of its day', async () => {
    const { clock, delivered, send, setAnswer } = stage({}, { giveUpAfter: 3600 });
    let asked = 0;
    setAnswer((mail) => {
      asked += 1;
      if (asked > 1) return taken(mail);
      return new EmailError('message-delayed', { retryable: true, detail: { response: '451 4.3.0 later' } });
    });
    const sendAt = clock.now() + 24 * 3_600_000;
    await send({ ...hello, sendAt });
    await clock.advance(24 * 3_600_000 + 10 * 60_000);
    assert.equal(delivered.length, 1);
    const [, date = ''] = /^Date: (.*)\r$/m.exec(Buffer.from(delivered[0]?.raw ?? []).toString()) ?? [];
    assert.equal(Date.parse(date), sendAt);
  });

  it('reports a mail as expired when its time is over before the route takes it', async () => {
    const { clock, results, send, setAnswer } = stage();
    setAnswer(() => new EmailError('message-delayed', { retryable: true, detail: { response: '451' } }));
    await send({ ...hello, validity: 30 });
    await clock.advance(120_000);
    assert.deepEqual(
      results.map(({ state, code }) => [state, code]),
      [['expired', 'expired']],
    );
  });

  it('tries again what was refused for now, with the same Message-ID', async () => {
    const { clock, delivered, results, send, setAnswer } = stage();
    const seen: string[] = [];
    setAnswer((mail) => {
      seen.push(String(/^Message-ID: (.*)\r$/im.exec(Buffer.from(mail.raw).toString())?.[1]));
      if (seen.length > 1) return taken(mail);
      return new EmailError('message-delayed', { retryable: true, detail: { response: '451 4.3.0 later' } });
    });
    await send(hello);
    await clock.advance(10 * 60_000);
    assert.equal(delivered.length, 1);
    assert.equal(seen[0], seen[1]);
    assert.equal(results[0]?.attempts, 2);
  });

  it('sends nothing while it is paused', async () => {
    const { app, clock, delivered, send } = stage();
    await app.pause();
    await send(hello);
    await clock.advance(60_000);
    assert.equal(delivered.length, 0);
    assert.equal(app.state().paused, true);
    await app.resume();
    await clock.advance(1_000);
    assert.equal(delivered.length, 1);
  });

  it('refuses more than its queue may hold, and takes more when there is room', async () => {
    const { app, clock, send } = stage({}, { maxWaiting: 1 });
    await app.pause();
    await send(hello);
    await assertRefused(() => send({ ...hello, to: 'bob@example.net' }), 'queue-full');
    await app.resume();
    await clock.advance(1_000);
    await send({ ...hello, to: 'bob@example.net' });
  });

  it('refuses a mail that could not be filled in later, and stores nothing', async () => {
    const { app, clock, send } = stage();
    const order = send({ ...hello, subject: 'Dear {{name}}', substitutions: { other: 1 } });
    await assertRefused(() => order, 'missing-substitution', 'subject');
    await clock.advance(1_000);
    assert.equal(app.state().counts.waiting, 0);
  });

  it('refuses an unsubscribe link it could not serve', async () => {
    const { send } = stage();
    const body = { html: '<a href="$(unsubscribe)">no more</a>', text: '' };
    await assertRefused(
      () => send({ to: 'ann@example.net', subject: 'News', body }),
      'unsubscribe-unavailable',
      'body',
    );
  });

  it('refuses a mail that is too large once encoded', async () => {
    const { send } = stage({}, { maxMailBytes: 50_000 });
    await assertRefused(() => send({ ...hello, payload: 'é'.repeat(20_000) }), 'message-too-large', 'body');
  });

  it('sends nothing without a route', async () => {
    const { send } = stage({ route: { kind: 'none' } });
    await assertRefused(() => send(hello), 'no-route');
  });

  it('names the path of a request in the words of the request', async () => {
    const { send } = stage();
    const body = {
      channel: 'email',
      from: 'shop@example.com',
      to: [{ email: ['ann@example.net'], substitutions: { other: 'x' } }],
      content: { type: 'text', subject: 'Dear {{name}}', text: 'Hi' },
    };
    await assertRefused(() => send({}, { mode: 'request', body }), 'missing-substitution', 'content.subject');
  });

  it('tells its state at once and after changes', async () => {
    const { app, clock, send } = stage();
    const rates: number[] = [];
    const stop = app.onState(({ rate }) => rates.push(rate));
    assert.equal(rates.length, 1);
    await send(hello);
    await clock.advance(1_000);
    assert.ok(rates.length > 1);
    stop();
    const before = rates.length;
    await send({ ...hello, to: 'bob@example.net' });
    await clock.advance(1_000);
    assert.equal(rates.length, before);
  });

  it('fills in what copies share once, and lets others run between those that differ', async () => {
    const recipients = ['a', 'b', 'c'].map((n) => ({ address: `${n}@example.net`, substitutions: { n } }));
    assert.equal(await turnsTaken(recipients.map(({ address }) => address)), 1);
    assert.equal(await turnsTaken(recipients), 3);
  });

  it('accepts a flood that came before it was closed', async () => {
    const { app, send } = stage();
    const flood = Promise.all(Array.from({ length: 200 }, () => send(hello)));
    const closed = app.close();
    assert.equal((await flood).length, 200);
    await closed;
  });

  it('leaves no timer behind when it is closed', async () => {
    const { app, clock, send } = stage();
    app.onState(() => {});
    await send({ ...hello, sendAt: clock.now() + 60_000 });
    await clock.advance(10);
    await app.close();
    assert.equal(clock.pending(), 0);
  });
});
