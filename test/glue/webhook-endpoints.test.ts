import assert from 'node:assert/strict';
import { adminRoutes } from '../../nodes/glue/admin-routes.ts';
import { webhookEndpoints } from '../../nodes/glue/webhook-endpoints.ts';
import type { DeadWebhook } from '../../nodes/lib/webhook/webhook-queue.ts';
import { adminStage, ask, fromDialog } from '../support/admin-routes.ts';

const dead: DeadWebhook = {
  id: 'w1',
  type: 'order.paid',
  url: 'https://crm.example/hook?token=secret',
  acceptedAt: 1,
  deadAt: 2,
  attempts: 3,
  code: 'receiver-failed',
  why: 'the receiver answered 500',
};

describe('the routes of the webhook-out dialog', () => {
  const asked: unknown[] = [];
  const endpoint = {
    state: () => ({ waiting: 1, dead: 1, sending: 0, isDisabled: true }),
    listDead: async () => [dead],
    deadBody: async (id: string) => (id === dead.id ? '{"a":1}' : undefined),
    enable: async () => void asked.push('enable'),
    redeliver: async (ids?: readonly string[]) => asked.push(ids ?? 'all'),
    forgetDead: async (ids: readonly string[]) => void asked.push(['forget', ...ids]),
  };
  const nodes = new Map<string, object>([
    ['n1', { type: 'webhook-out', webhooks: Promise.resolve({ endpoint }) }],
    ['n2', { type: 'http request' }],
  ]);
  const stage = adminStage((RED) => webhookEndpoints(RED, adminRoutes(RED)), {}, nodes);
  const call = (route: string, params: object, body: object = {}) =>
    ask(stage.find(route), { ...fromDialog(body), params });

  beforeEach(() => void asked.splice(0));

  it('tell how the node stands, and what it gave up, without bodies and what URLs hide', async () => {
    const { body } = await call('GET /email-app/webhook/:id/state', { id: 'n1' });
    const withoutBody = { ...dead, url: 'https://crm.example/hook' };
    assert.deepEqual(body, { waiting: 1, dead: 1, sending: 0, isDisabled: true, givenUp: [withoutBody] });
  });

  it('give the body of one', async () => {
    const route = 'GET /email-app/webhook/:id/dead/:webhook';
    assert.deepEqual((await call(route, { id: 'n1', webhook: 'w1' })).body, { body: '{"a":1}' });
    assert.deepEqual((await call(route, { id: 'n1', webhook: 'w2' })).body, { body: '' });
  });

  it('deliver again some or all, enable and delete', async () => {
    await call('POST /email-app/webhook/:id/redeliver', { id: 'n1' }, { ids: ['w1'] });
    await call('POST /email-app/webhook/:id/redeliver', { id: 'n1' });
    await call('POST /email-app/webhook/:id/enable', { id: 'n1' });
    await call('DELETE /email-app/webhook/:id/dead/:webhook', { id: 'n1', webhook: 'w1' });
    assert.deepEqual(asked, [['w1'], 'all', 'enable', ['forget', 'w1']]);
  });

  it('know no other kind of node, and none that is not deployed', async () => {
    for (const id of ['n2', 'n3']) {
      const { status, body } = await call('GET /email-app/webhook/:id/state', { id });
      assert.deepEqual([status, (body as { code: string }).code], [404, 'missing-app']);
    }
  });

  it('show a sample, and what of it the schema refuses', async () => {
    const config = { url: 'https://crm.example.com', schema: '{"type":"object","required":["what"]}' };
    const { body } = await call('POST /email-app/webhook-preview', {}, { id: 'new', config });
    const { body: sample, problem } = body as { body: string; problem: string };
    assert.equal(JSON.parse(sample).type, 'email.delivered');
    assert.match(problem, /“what”/);
  });

  it('name the setting that keeps a sample from being shown, or posted', async () => {
    const dialog = { id: 'new', config: { url: 'https://crm.example.com', schema: '[' } };
    const preview = await call('POST /email-app/webhook-preview', {}, dialog);
    assert.deepEqual([preview.status, (preview.body as { field: string }).field], [200, 'schema']);
    const test = await call('POST /email-app/webhook-test', {}, dialog);
    const { ok, text } = test.body as { ok: boolean; text: string };
    assert.deepEqual([ok, /“schema”/.test(text)], [false, true]);
  });
});
