import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { NodeMessageInFlow } from 'node-red';
import { Webhook } from 'standardwebhooks';
import type { WebhookOutNode } from '../../nodes/glue/open-webhooks.ts';
import type { EmailAppNode } from '../../nodes/glue/running-app.ts';
import type { EmailEvent } from '../../nodes/lib/event/event-log.ts';
import type { WebhookResult } from '../../nodes/lib/webhook/webhook-result.ts';
import { openStage, type Stage } from '../support/node-stage.ts';
import { openReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const previousSecret = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;

const event: EmailEvent = {
  id: 'event-1',
  type: 'unsubscribe.added',
  at: Date.UTC(2026, 10, 23, 12),
  app: 'Shop',
  emailId: 'email-1',
  recipient: 'ann@example.net',
};

describe('webhook-out', () => {
  let stage: Stage;
  let receiver: WebhookReceiver;
  let delivered: NodeMessageInFlow[];
  let givenUp: NodeMessageInFlow[];

  beforeEach(async () => {
    [stage, receiver] = await Promise.all([openStage(), openReceiver()]);
    delivered = [];
    givenUp = [];
  });
  afterEach(async () => {
    await stage.close();
    await receiver.close();
  });

  const ownSecrets = { secret, previousSecret, authorization: 'Bearer own' };
  async function load(
    changes: object = {},
    more: readonly object[] = [],
    secrets: object = ownSecrets,
  ): Promise<void> {
    const node = {
      id: 'node',
      type: 'webhook-out',
      z: 'tab',
      app: 'app',
      url: receiver.url,
      allowedHosts: receiver.host,
      wires: [['delivered'], ['given-up']],
      ...changes,
    };
    const ends = ['delivered', 'given-up'].map((id) => ({ id, type: 'helper', z: 'tab' }));
    await stage.load([{ id: 'tab', type: 'tab' }, stage.app, node, ...ends, ...more], { node: secrets });
    stage.node('delivered').on('input', (message) => delivered.push(message));
    stage.node('given-up').on('input', (message) => givenUp.push(message));
    await (stage.node('app') as EmailAppNode).running;
  }

  const theNode = () => stage.node('node') as WebhookOutNode;
  const endpoint = async () => (await theNode().webhooks).endpoint;
  const give = (message: object) => stage.node('node').receive(message as never);
  const resultOf = ({ email }: NodeMessageInFlow) => (email as { webhook: WebhookResult }).webhook;

  async function reach(messages: NodeMessageInFlow[], id: string, count = 1): Promise<NodeMessageInFlow> {
    while (messages.length < count) await once(stage.node(id), 'input');
    return messages.at(-1) as NodeMessageInFlow;
  }

  /** The next that was refused, as the Catch node sees it. */
  async function refused(message: object): Promise<{ code: string; message: string }> {
    const failing = once(stage.node('node'), 'call:error');
    give(message);
    const [call] = await failing;
    return call.firstArg;
  }

  it('posts an event, signed so that the receiver can check it', async () => {
    await load();
    give({ topic: event.type, payload: event, email: event, kept: true });
    const message = await reach(delivered, 'delivered');
    const [posted] = receiver.posted;
    const { headers, body } = posted!;
    for (const known of [secret, previousSecret]) {
      const checked = new Webhook(known).verify(body, headers as Record<string, string>);
      assert.equal((checked as { type: string }).type, 'unsubscribe.added');
    }
    assert.throws(() => new Webhook(secret).verify(`${body} `, headers as Record<string, string>));
    assert.equal(headers['webhook-id'], 'event-1');
    assert.equal(headers.authorization, 'Bearer own');
    assert.equal(JSON.parse(body).timestamp, '2026-11-23T12:00:00.000Z');
    const { status, httpStatus, attempts, url } = resultOf(message);
    assert.deepEqual([status, httpStatus, attempts], ['delivered', 200, 1]);
    assert.equal(url, receiver.url.split('?')[0], 'without its query');
    assert.equal((message.email as EmailEvent).id, 'event-1', 'the event is still there');
    assert.equal((message as { kept?: boolean }).kept, true);
  });

  it('posts any message with its own type and data', async () => {
    await load({ eventType: 'order.paid', eventTypeType: 'str', eventData: 'order', eventDataType: 'msg' });
    give({ order: { number: 7 } });
    await reach(delivered, 'delivered');
    const { type, data } = JSON.parse(receiver.posted[0]!.body);
    assert.deepEqual([type, data], ['order.paid', { number: 7 }]);
  });

  it('refuses a message without a type', async () => {
    await load();
    const { code, message } = await refused({ payload: 1 });
    assert.equal(code, 'bad-webhook');
    assert.match(message, /eventType/);
    assert.equal(receiver.posted.length, 0);
  });

  it('takes the URL from an environment variable', async () => {
    process.env.WEBHOOK_OUT_TEST_URL = receiver.url;
    await load({ url: 'WEBHOOK_OUT_TEST_URL', urlType: 'env' });
    give({ email: event });
    await reach(delivered, 'delivered');
    delete process.env.WEBHOOK_OUT_TEST_URL;
    assert.equal(receiver.posted.length, 1);
  });

  it('tries again what failed', async () => {
    receiver.answers.push(500);
    await load();
    give({ email: event });
    await receiver.reach(1);
    // counted at most once a second
    while ((await endpoint()).state().waiting !== 1) await wait(10);
    const message = await reach(delivered, 'delivered');
    assert.equal(resultOf(message).attempts, 2);
    const [first, second] = receiver.posted;
    assert.equal(first?.headers['webhook-id'], second?.headers['webhook-id']);
  });

  it('gives up what must not be posted there, keeps it, and delivers it again when asked to', async () => {
    // a name that stands for a private address, which is found out when it is looked up
    await load({ url: 'https://localhost:1/hook', allowedHosts: '' });
    give({ topic: 'a', payload: 1 });
    const message = await reach(givenUp, 'given-up');
    assert.deepEqual([resultOf(message).status, resultOf(message).code], ['failed', 'blocked-address']);
    assert.equal((await (await endpoint()).listDead(10)).length, 1);
    await stage.unload();
    await load();
    assert.equal(await (await endpoint()).redeliver(), 1);
    const resumed = await reach(delivered, 'delivered');
    assert.equal((resumed.email as { resumed?: boolean }).resumed, true);
    assert.deepEqual([resumed.topic, resumed.payload], ['a', 1]);
    assert.equal((await (await endpoint()).listDead(10)).length, 0);
  });

  it('keeps over a restart what waits', async () => {
    receiver.answers.push(503);
    await load();
    give({ email: event, topic: 't', payload: { a: 1 } });
    await receiver.reach(1);
    await stage.unload();
    await load();
    const message = await reach(delivered, 'delivered');
    const { resumed } = message.email as { resumed?: boolean };
    assert.deepEqual([message.topic, message.payload, resumed], ['t', { a: 1 }, true]);
    assert.equal(receiver.posted.at(-1)?.headers['webhook-id'], 'event-1');
  });

  it('stops at 410, says so, and goes on once it is enabled again', async () => {
    receiver.answers.push(410);
    await load();
    const told = once(stage.node('node'), 'call:error');
    give({ email: event });
    await told;
    assert.equal((await endpoint()).state().isDisabled, true);
    give({ email: { ...event, id: 'event-2' } });
    await (await endpoint()).enable();
    await reach(delivered, 'delivered', 2);
    assert.equal(receiver.posted.length, 3);
  });

  it('posts to the address that the mail names, with the authorization it names', async () => {
    process.env.WEBHOOK_OUT_TEST_KEY = 'Bearer of the caller';
    await load({
      target: 'notify',
      url: '',
      authorizations: [{ id: 'crm', variable: 'WEBHOOK_OUT_TEST_KEY' }],
    });
    const mail: EmailEvent = { ...event, type: 'email.delivered' };
    give({ email: { ...mail, id: 'e1' } });
    give({ email: { ...mail, id: 'e2', notify: { url: receiver.url, receipts: ['bounce'] } } });
    give({ topic: 'no event', payload: 1 });
    give({ email: { ...mail, id: 'e3', notify: { url: receiver.url, authId: 'crm' } } });
    await reach(delivered, 'delivered');
    delete process.env.WEBHOOK_OUT_TEST_KEY;
    assert.deepEqual(
      receiver.posted.map(({ headers }) => [headers['webhook-id'], headers.authorization]),
      [['e3', 'Bearer of the caller']],
    );
    assert.equal('notify' in JSON.parse(receiver.posted[0]!.body).data, false);
  });

  it('posts its own JSON, and nothing that does not fit the schema', async () => {
    const template = JSON.stringify({ kind: '{{type}}', who: '{{data.recipient}}', of: '{{msg.shop}}' });
    const schema = JSON.stringify({
      type: 'object',
      properties: { of: { type: 'string', pattern: '^[a-z]+$' } },
    });
    await load({ format: 'template', template, schema });
    const { code, message } = await refused({ email: event, shop: 7 });
    assert.deepEqual([code, /“of”/.test(message)], ['bad-webhook', true]);
    give({ email: event, shop: 'north' });
    await reach(delivered, 'delivered');
    assert.deepEqual(
      receiver.posted.map(({ body }) => JSON.parse(body)),
      [{ kind: 'unsubscribe.added', who: 'ann@example.net', of: 'north' }],
    );
  });

  it('posts the same event from two nodes, each to its own receiver', async () => {
    const other = { id: 'other', type: 'webhook-out', z: 'tab', app: 'app', url: receiver.url };
    await load({}, [{ ...other, allowedHosts: receiver.host, wires: [[], []] }]);
    give({ email: event });
    stage.node('other').receive({ email: event } as never);
    await receiver.reach(2);
    assert.equal(receiver.posted.length, 2);
  });

  it('shows what was delivered last', async () => {
    await load();
    const { status } = stage.node('node') as unknown as { status: { args: unknown[] } };
    give({ email: event });
    await reach(delivered, 'delivered');
    while (!JSON.stringify(status.args).includes('delivered')) await once(stage.node('node'), 'call:status');
  });

  it('says so when its settings cannot be used, and refuses every message', async () => {
    await load({ url: 'ftp://example.com' });
    const { code, message } = await refused({ email: event });
    assert.equal(code, 'bad-settings');
    assert.match(message, /“url”/);
  });

  it('posts nothing unsigned when the secret that its dialog saved is gone', async () => {
    await load({ givenSecrets: ['secret'] }, [], {});
    assert.equal((await refused({ email: event })).code, 'secret-lost');
    assert.equal(receiver.posted.length, 0);
  });

  it('says so when there is no app', async () => {
    await load({ app: 'nowhere' });
    assert.equal((await refused({ email: event })).code, 'missing-app');
  });
});
