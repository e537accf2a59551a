import assert from 'node:assert/strict';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { appStage, taken } from '../../support/app-stage.ts';
import { sampleSettings } from '../../support/sample-settings.ts';

const hello = { to: 'ann@example.net', subject: 'Hello', payload: 'Hi' };
const minute = 60_000;

/** An app whose mails carry the headers, so that each recipient has a copy of their own. */
const personalSettings = sampleSettings(
  { baseUrl: 'https://nodered.example.com' },
  {},
  { enabled: true, headers: true },
);

function stage(options: Parameters<typeof appStage>[0] = {}) {
  const one = appStage(options);
  const leave = (address: string) =>
    one.suppressions.add([{ address, cause: 'unsubscribe', method: 'one-click', at: one.clock.now() }]);
  const envelopes = () => one.delivered.flatMap(({ envelope }) => envelope.to);
  const outcomes = () => one.results.map(({ to, state, code }) => [to.address, state, code]);
  return { ...one, leave, envelopes, outcomes };
}

describe('a mail to somebody on the list', () => {
  it('is not sent, and settles as suppressed without an attempt', async () => {
    const { clock, send, leave, envelopes, outcomes, results } = stage();
    await leave('ann@example.net');
    await send(hello);
    await clock.advance(minute);
    assert.deepEqual(envelopes(), []);
    assert.deepEqual(outcomes(), [['ann@example.net', 'suppressed', 'unsubscribed']]);
    assert.equal(results[0]?.attempts, 0);
  });

  it('is held when they leave while it waits', async () => {
    const { clock, send, leave, envelopes, outcomes } = stage();
    await send({ ...hello, sendAt: clock.now() + 10 * minute });
    await clock.advance(9 * minute);
    await leave('ann@example.net');
    await clock.advance(2 * minute);
    assert.deepEqual(envelopes(), []);
    assert.deepEqual(outcomes(), [['ann@example.net', 'suppressed', 'unsubscribed']]);
  });

  it('goes to them again once they are taken off the list', async () => {
    const { clock, send, leave, suppressions, envelopes } = stage();
    await leave('ann@example.net');
    await suppressions.remove({ address: 'ann@example.net', method: 'page', at: clock.now() });
    await send(hello);
    await clock.advance(minute);
    assert.deepEqual(envelopes(), ['ann@example.net']);
  });

  it('goes to the others without held Cc and Bcc recipients, who stand among the refused', async () => {
    const { clock, send, leave, envelopes, results } = stage();
    await leave('cc@example.net');
    await leave('bcc@example.net');
    await send({ ...hello, cc: 'cc@example.net, dee@example.net', bcc: 'bcc@example.net' });
    await clock.advance(minute);
    assert.deepEqual(envelopes(), ['ann@example.net', 'dee@example.net']);
    const refused = results[0]?.refused.map(({ address, code }) => [address, code]);
    assert.deepEqual(refused, [
      ['cc@example.net', 'unsubscribed'],
      ['bcc@example.net', 'unsubscribed'],
    ]);
  });

  it('names a held Cc recipient once, however often it is tried', async () => {
    const { clock, send, leave, envelopes, results, setAnswer } = stage();
    let attempts = 0;
    setAnswer((mail) => {
      attempts += 1;
      if (attempts > 2) return taken(mail);
      return new EmailError('message-delayed', { retryable: true, detail: { response: '451' } });
    });
    await leave('cc@example.net');
    await send({ ...hello, cc: 'cc@example.net' });
    await clock.advance(60 * minute);
    assert.deepEqual([attempts, envelopes()], [3, ['ann@example.net']]);
    assert.equal(results[0]?.refused.length, 1);
  });

  it('hands Cc recipients on to the next copy that really leaves', async () => {
    const { clock, send, leave, envelopes, outcomes } = stage();
    await leave('ann@example.net');
    await send({ ...hello, to: 'ann@example.net, bob@example.net', cc: 'cc@example.net' });
    await clock.advance(minute);
    assert.deepEqual(envelopes(), ['bob@example.net', 'cc@example.net']);
    assert.deepEqual(outcomes(), [
      ['ann@example.net', 'suppressed', 'unsubscribed'],
      ['bob@example.net', 'sent', 'sent'],
    ]);
  });

  it('goes to no Cc recipient when nobody in To is left', async () => {
    for (const settings of [sampleSettings(), personalSettings]) {
      const { clock, send, leave, envelopes, results } = stage({ settings });
      await leave('ann@example.net');
      await send({ ...hello, cc: 'cc@example.net', bcc: 'bcc@example.net' });
      await clock.advance(minute);
      assert.deepEqual(envelopes(), []);
      assert.ok(results.every(({ state }) => state === 'suppressed'));
    }
  });

  it('goes to no Cc recipient when the last in To leaves while it waits', async () => {
    const { clock, send, leave, envelopes } = stage({ settings: personalSettings });
    await send({ ...hello, cc: 'cc@example.net', sendAt: clock.now() + 10 * minute });
    await leave('ann@example.net');
    await clock.advance(20 * minute);
    assert.deepEqual(envelopes(), []);
  });

  it('waits when the list cannot be read, with the reason, and leaves once it can', async () => {
    const { app, clock, send, suppressions, envelopes, results } = stage();
    suppressions.fail();
    await send(hello);
    await clock.advance(5 * minute);
    assert.deepEqual([envelopes(), results], [[], []]);
    assert.equal(app.state().lastFailure?.code, 'list-unreadable');
    suppressions.mend();
    await clock.advance(5 * minute);
    assert.deepEqual(envelopes(), ['ann@example.net']);
    assert.equal(results[0]?.attempts, 1);
  });

  it('is checked although unsubscribing is switched off in the app', async () => {
    const { clock, send, suppressions, outcomes } = stage();
    await suppressions.add([{ address: '@example.net', cause: 'hard-bounce', method: 'bounce', at: 1 }]);
    await send(hello);
    await clock.advance(minute);
    assert.deepEqual(outcomes(), [['ann@example.net', 'suppressed', 'bounced']]);
  });
});
