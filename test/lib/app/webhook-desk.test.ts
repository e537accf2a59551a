import assert from 'node:assert/strict';
import { Webhook } from 'standardwebhooks';
import { WebhookDesk } from '../../../nodes/lib/app/webhook-desk.ts';
import type { NewEvent } from '../../../nodes/lib/event/event-log.ts';
import { systemClock } from '../../../nodes/lib/kernel/clock.ts';
import type { WebhookResult } from '../../../nodes/lib/webhook/webhook-result.ts';
import type { WebhookSettings } from '../../../nodes/lib/webhook/webhook-settings.ts';
import { appStage } from '../../support/app-stage.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { stagePlace } from '../../support/endpoint-stage.ts';
import { type HttpStub, httpStub } from '../../support/http-stub.ts';
import { newWebhook } from '../../support/new-webhook.ts';
import { webhookSettings } from '../../support/webhook-settings.ts';

describe('WebhookDesk', () => {
  let receiver: HttpStub;
  let host: string;
  let status: number;

  beforeEach(async () => {
    status = 204;
    receiver = await httpStub(() => ({ status }));
    ({ host } = new URL(receiver.endpoint));
  });
  afterEach(() => receiver.close());

  const events: NewEvent[] = [];
  const newDesk = () => {
    const { queue, notes, onEvent } = stagePlace();
    events.length = 0;
    onEvent((event) => events.push(event));
    const told = { tell: (event: NewEvent) => void events.push(event) };
    return new WebhookDesk({ webhooks: queue, notes, events: told, clock: systemClock, random: Math.random });
  };
  const settings = (changes: Partial<WebhookSettings> = {}) =>
    webhookSettings({ url: `http://${host}/hook`, allowedHosts: [host], ...changes });
  /** Opens an endpoint; `settled` resolves with the next result. */
  const open = async (desk: WebhookDesk, changes?: Partial<WebhookSettings>) => {
    let onSettled: (result: WebhookResult) => void = () => {};
    const settled = new Promise<WebhookResult>((resolve) => (onSettled = resolve));
    const endpoint = await desk.open(settings(changes), {
      onSettled: (_, result) => onSettled(result),
      onTrouble: () => {},
      onState: () => {},
    });
    return { endpoint, settled };
  };

  it('opens endpoints whose webhooks the published library verifies', async () => {
    const desk = newDesk();
    const { endpoint, settled } = await open(desk, { authorization: 'Bearer crm' });
    await endpoint.accept([newWebhook('a', { acceptedAt: Date.now() })]);
    assert.equal((await settled).status, 'delivered');
    const [{ headers, body } = assert.fail()] = receiver.requests;
    assert.equal(headers.authorization, 'Bearer crm');
    const [secret = ''] = settings().secrets;
    const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    assert.deepEqual(new Webhook(secret).verify(body, given), JSON.parse(newWebhook('a').body));
    await desk.close();
  });

  it('tells the app of what was given up, and of a receiver that wants no more', async () => {
    const desk = newDesk();
    const { endpoint, settled } = await open(desk, { giveUpAfter: 0 });
    status = 500;
    await endpoint.accept([newWebhook('a')]);
    assert.equal((await settled).httpStatus, 500);
    status = 410;
    await endpoint.accept([newWebhook('b')]);
    while (!endpoint.state().isDisabled) await new Promise((resolve) => setImmediate(resolve));
    await desk.close();
    assert.deepEqual(
      events.map(({ type }) => type),
      ['webhook.exhausted', 'webhook.disabled'],
    );
  });

  it('closes its endpoints, and opens none after that', async () => {
    const desk = newDesk();
    const { endpoint } = await open(desk);
    await desk.close();
    await assertRefused(() => endpoint.accept([newWebhook('a')]), 'app-closed');
    await assertRefused(() => open(desk), 'app-closed');
  });

  it('lets go of an endpoint that its node closed', async () => {
    const desk = newDesk();
    const { endpoint } = await open(desk, { url: undefined });
    assert.deepEqual(desk.notifyHosts(), [host]);
    await endpoint.close();
    assert.equal(desk.notifyHosts(), undefined);
  });

  it('is a room of the app, and closes with it', async () => {
    const { app, events: log, clock } = appStage();
    const endpoint = await app.webhooks.open(settings({ url: undefined }), {
      onSettled: () => {},
      onTrouble: () => {},
      onState: () => {},
    });
    await endpoint.accept([newWebhook('a', { target: { url: `http://${host}/`, authId: 'unknown' } })]);
    await clock.settle();
    const { events: told } = await log.read({ limit: 10 });
    assert.deepEqual(
      told.map(({ type, code }) => [type, code]),
      [['webhook.exhausted', 'unknown-authorization']],
    );
    const closing = app.close();
    await clock.advance(10_000);
    await closing;
    await assertRefused(() => endpoint.accept([newWebhook('b')]), 'app-closed');
  });
});
