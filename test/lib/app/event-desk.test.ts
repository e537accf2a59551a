import assert from 'node:assert/strict';
import type { EventType } from '../../../nodes/lib/event/event-log.ts';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import type { BreakerSettings } from '../../../nodes/lib/settings/event-settings.ts';
import { appStage } from '../../support/app-stage.ts';
import { sampleSettings } from '../../support/sample-settings.ts';

const { events } = sampleSettings();
const breaker: BreakerSettings = {
  hours: 24,
  leastMails: 10,
  warn: { bounces: 0.02, complaints: 0.001 },
  pause: { bounces: 0.05, complaints: 0.003 },
};

function stage() {
  const settings = sampleSettings(
    { events: { ...events, suppressHardBounces: true, breaker } },
    { rate: 1000 },
    { enabled: true, marketingWithoutLink: 'footer' },
  );
  const staged = appStage({ settings: { ...settings, baseUrl: 'https://mail.example.com' } });
  const { app, clock, send, events: log, suppressions } = staged;
  const told = async (...types: EventType[]) => (await log.read({ types, limit: 100 })).events;
  const marketing = (to: string) => send({ to, subject: 'News', payload: 'Hi', messageClass: 'marketing' });
  const plain = (to: string) => send({ to, subject: 'Hello', payload: 'Hi' });
  const report = { severity: 'hard', status: '5.1.1', reason: 'no-such-user', diagnostic: '' } as const;
  const bounce = (recipient: string, ...keys: string[]) =>
    app.events.take({
      events: keys.map((key) => ({
        type: 'email.bounced',
        at: clock.now(),
        recipient,
        key,
        detail: { ...report },
      })),
      reports: [{ recipient, at: clock.now(), report }],
    });
  const causesOf = async (address: string) =>
    ((await suppressions.find([address], clock.now())).get(address) ?? []).map(({ cause }) => cause);
  /** Nineteen mails that went well, and five bounces. */
  async function trip(): Promise<void> {
    for (let count = 0; count < 19; count += 1) await plain(`r${count}@example.net`);
    await clock.advance(1000);
    await bounce('gone@example.net', 'b1', 'b2', 'b3', 'b4', 'b5');
    await clock.settle();
  }
  return { ...staged, told, marketing, plain, bounce, causesOf, trip };
}

describe('EventDesk', () => {
  it('logs what it is told and holds who bounced, also when it is told again', async () => {
    const { bounce, told, causesOf } = stage();
    await bounce('gone@example.net', 'b1');
    await bounce('gone@example.net', 'b1');
    assert.deepEqual(await causesOf('gone@example.net'), ['hard-bounce']);
    assert.equal((await told('email.bounced')).length, 1);
  });

  it('holds whom the receiving server does not know', async () => {
    const { clock, plain, setAnswer, causesOf } = stage();
    const detail = { response: '550 5.1.1 no such user', status: '5.1.1' };
    setAnswer(() => new EmailError('recipient-refused', { detail }));
    await plain('gone@example.net');
    await clock.advance(1000);
    assert.deepEqual(await causesOf('gone@example.net'), ['hard-bounce']);
  });

  it('pauses the marketing when too many come back, and nothing else', async () => {
    const { app, clock, delivered, troubles, told, marketing, plain, trip } = stage();
    await trip();
    assert.match(app.state().marketingPaused ?? '', /26\.3 % bounces among 19 mails/);
    assert.equal(app.state().paused, false);
    assert.deepEqual(
      troubles.map(({ code }) => code),
      ['marketing-paused'],
    );
    const [event, ...more] = await told('app.paused');
    assert.deepEqual(more, []);
    assert.deepEqual([event?.class, event?.detail?.by], ['marketing', 'breaker']);
    const before = delivered.length;
    await marketing('ann@example.net');
    await plain('bob@example.net');
    await clock.advance(3_600_000);
    assert.deepEqual(
      delivered.slice(before).map(({ envelope }) => envelope.to),
      [['bob@example.net']],
    );
  });

  it('does not stop for a bounce mail that matches none of ours', async () => {
    const { app, clock, plain } = stage();
    for (let count = 0; count < 19; count += 1) await plain(`r${count}@example.net`);
    await clock.advance(1000);
    const detail = { severity: 'hard', matched: false };
    const forged = Array.from({ length: 9 }, (_, at) => ({ type: 'email.bounced' as const, at, detail }));
    await app.events.take({ events: forged, reports: [] });
    assert.equal(app.state().marketingPaused, undefined);
  });

  it('does not stop for a rehearsal with the mailbox simulator', async () => {
    const { app, clock, plain } = stage();
    for (let count = 0; count < 19; count += 1) await plain(`r${count}@example.net`);
    await clock.advance(1000);
    const bounce = { type: 'email.bounced' as const, detail: { severity: 'hard', matched: true } };
    const recipient = 'bounce@simulator.amazonses.com';
    const simulated = Array.from({ length: 9 }, (_, at) => ({ ...bounce, at, recipient }));
    await app.events.take({ events: simulated, reports: [] });
    assert.equal(app.state().marketingPaused, undefined);
  });

  it('sends what waited when a person resumes it, and counts anew', async () => {
    const { app, clock, delivered, marketing, trip, bounce } = stage();
    await trip();
    await marketing('ann@example.net');
    await clock.advance(1000);
    assert.equal(await app.resume(), true);
    await clock.advance(1000);
    assert.deepEqual(delivered.at(-1)?.envelope.to, ['ann@example.net']);
    assert.equal(app.state().marketingPaused, undefined);
    await bounce('other@example.net', 'later');
    assert.equal(app.state().marketingPaused, undefined);
    assert.equal(await app.resume(), false);
  });

  it('tells when all mail was paused by hand', async () => {
    const { app, clock, told } = stage();
    await app.pause();
    await clock.settle();
    assert.deepEqual((await told('app.paused'))[0]?.detail, { by: 'person', reason: 'paused by hand' });
    assert.equal(await app.resume(), true);
  });

  it('lets the nodes of a deploy begin where the app began, and a later one where it is then', async () => {
    const { app, clock } = stage();
    const had: string[] = [];
    const order = (reader: string) => ({
      reader,
      onTrouble: assert.fail,
      deliver: async ({ at }: { at: number }) => void had.push(`${reader} ${at}`),
    });
    app.events.tell({ type: 'app.domain-verified', at: 1 });
    await clock.settle();
    app.events.open(order('early'));
    await clock.advance(5000);
    app.events.open(order('late'));
    await clock.settle();
    app.events.tell({ type: 'app.domain-verified', at: 2 });
    await clock.settle();
    await app.close();
    assert.deepEqual(had.sort(), ['early 1', 'early 2', 'late 2']);
  });

  it('closes its readers before the store', async () => {
    const { app, clock, events: log } = stage();
    const had: string[] = [];
    const order = {
      reader: 'n1',
      onTrouble: assert.fail,
      deliver: async ({ type }: { type: string }) => void had.push(type),
    };
    app.events.open(order);
    await clock.settle();
    app.events.tell({ type: 'app.domain-verified', at: 1 });
    await clock.settle();
    await app.close();
    assert.deepEqual(had, ['app.domain-verified']);
    assert.equal(await log.position('n1'), await log.end());
  });
});
