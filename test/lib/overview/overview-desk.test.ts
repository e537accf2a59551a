import assert from 'node:assert/strict';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import type { DomainLook } from '../../../nodes/lib/overview/domain-look.ts';
import { OverviewDesk } from '../../../nodes/lib/overview/overview-desk.ts';
import { overviewOf } from '../../../nodes/lib/overview/overview-of.ts';
import { appStage } from '../../support/app-stage.ts';
import { sampleSettings } from '../../support/sample-settings.ts';

const nothing: DomainLook = { ticks: [] };
const smtp = {
  kind: 'smtp',
  host: 'mx.example',
  port: 587,
  security: 'starttls',
  tls: { verify: true },
} as const;

describe('overviewOf', () => {
  it('tells how an app stands', async () => {
    const { app, clock, send, events, suppressions, setAnswer } = appStage({
      settings: sampleSettings({ route: smtp }),
    });
    const look = async (domain = nothing) => overviewOf({ nodeId: 'n1', app }, { now: clock.now(), domain });
    await clock.settle();
    const empty = await look();
    assert.deepEqual(
      [empty.nodeId, empty.appId, empty.name, empty.identity, empty.route, empty.routeText, empty.level],
      ['n1', 'app00001', 'Shop', 'example.com', 'smtp', 'mx.example:587', 'good'],
    );
    await suppressions.add([{ address: 'x@example.net', cause: 'manual', method: 'api', at: 1 }]);
    const told = ['email.sent', 'email.suppressed', 'unsubscribe.added'] as const;
    await events.append(told.map((type) => ({ type, at: clock.now(), recipient: 'a@example.net' })));
    setAnswer(
      () =>
        new EmailError('connect-failed', {
          detail: { value: 'mx.example', why: 'refused' },
          retryable: true,
        }),
    );
    await send({ to: 'b@example.net', subject: 'Hi', payload: 'Hello' });
    await clock.advance(2000);
    const later = await look({ ticks: [{ name: 'spf', state: 'missing', text: 'None.' }], sandbox: true });
    assert.deepEqual([later.tally.hour.sent, later.tally.month.suppressed, later.suppressions], [1, 1, 1]);
    assert.equal(later.queue.scheduled, 1);
    assert.ok((later.queue.nextAttemptAt ?? 0) > clock.now());
    assert.deepEqual(
      later.remarks.map(({ code }) => code),
      ['connect-failed', 'dns-incomplete', 'sandbox'],
    );
    assert.equal(later.level, 'bad');
    assert.doesNotMatch(JSON.stringify(later), /example\.net/, 'nobody who gets mail is named');
    await app.close();
  });

  it('tells of a pause, and whose it is', async () => {
    const { app, clock } = appStage();
    await app.pause();
    const { queue, remarks } = await overviewOf({ nodeId: 'n1', app }, { now: clock.now(), domain: nothing });
    assert.deepEqual([queue.paused, remarks.map(({ code }) => code)], [true, ['paused']]);
    await app.close();
  });

  it('still tells what it can when the store does not answer', async () => {
    const { app, clock, suppressions } = appStage();
    suppressions.count = () =>
      Promise.reject(new EmailError('store-unavailable', { detail: { value: '/x' } }));
    const { suppressions: count } = await overviewOf(
      { nodeId: 'n1', app },
      { now: clock.now(), domain: nothing },
    );
    assert.equal(count, 0);
    await app.close();
  });
});

describe('OverviewDesk', () => {
  it('looks once for all who ask within a second, and up in DNS every ten minutes while somebody does', async () => {
    const { app, clock } = appStage();
    const desk = new OverviewDesk(clock);
    let asked = 0;
    const askDomain = async (): Promise<DomainLook> => {
      asked += 1;
      if (asked === 2) throw new Error('DNS is away');
      return { ticks: [{ name: 'spf', state: 'ok' }] };
    };
    const look = () => desk.of({ nodeId: 'n1', app, askDomain });
    const first = look();
    assert.equal(await look(), await first);
    assert.deepEqual((await first).dns, [], 'nobody waits for DNS');
    await clock.advance(1000);
    assert.notEqual(await look(), await first);
    assert.deepEqual((await look()).dns, [{ name: 'spf', state: 'ok' }]);
    await clock.advance(60 * 60_000);
    assert.equal(asked, 1, 'nobody looked');
    await look();
    await clock.advance(1000);
    assert.equal(asked, 2);
    assert.deepEqual((await look()).dns, [{ name: 'spf', state: 'ok' }], 'what was known stays');
    await app.close();
  });
});
