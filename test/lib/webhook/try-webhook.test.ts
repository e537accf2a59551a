import assert from 'node:assert/strict';
import { bodyCheck } from '../../../nodes/lib/webhook/body/body-check.ts';
import { readWebhookSettings } from '../../../nodes/lib/webhook/read-webhook-settings.ts';
import { tryWebhook } from '../../../nodes/lib/webhook/try-webhook.ts';
import type { WebhookAnswer, WebhookRequest } from '../../../nodes/lib/webhook/webhook-answer.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const url = 'https://crm.example.com/hook';
const later = (status: number): WebhookAnswer => ({
  kind: 'later',
  status,
  code: 'receiver-refused',
  why: `the receiver answered ${status}`,
});

interface Attempt {
  readonly fields?: object;
  readonly answer?: WebhookAnswer;
  readonly target?: string;
  readonly schema?: string;
}

async function attempt({ fields = {}, answer = { kind: 'taken', status: 204 }, target, schema }: Attempt) {
  const posted: WebhookRequest[] = [];
  const poster = {
    async post(request: WebhookRequest) {
      posted.push(request);
      return answer;
    },
    async close() {},
  };
  const settings = readWebhookSettings({ id: 'n', url, ...fields }, { authorization: 'Bearer own' });
  const parts = { poster, check: bodyCheck(schema), clock: fakeClock(), newId: () => 'x' };
  const outcome = await tryWebhook(settings, target, parts);
  return { ...outcome, request: posted[0] as WebhookRequest };
}

describe('tryWebhook', () => {
  it('posts a sample that is nobody’s mail, with the authorization', async () => {
    const { ok, text, request } = await attempt({});
    assert.deepEqual([ok, text], [true, 'The receiver took it: HTTP 204, after 0 ms.']);
    assert.deepEqual([request.url, request.headers.authorization], [url, 'Bearer own']);
    assert.equal(JSON.parse(request.body).data.recipient, 'ann@example.com');
  });

  it('posts to another address without the node’s authorization', async () => {
    const { request } = await attempt({ fields: { target: 'notify' }, target: 'https://other.example/x' });
    assert.deepEqual([request.url, request.headers.authorization], ['https://other.example/x', undefined]);
  });

  it('asks for an address where there is none', async () => {
    await assertRefused(() => attempt({ fields: { target: 'notify' }, target: '' }), 'no-webhook-url', 'url');
  });

  for (const [status, advice] of [
    [401, /another authorization/],
    [404, /path of the URL/],
    [302, /final address/],
    [500, /its log/],
  ] as const) {
    it(`says what to do about ${status}`, async () => {
      const { ok, text } = await attempt({ answer: later(status) });
      assert.equal(ok, false);
      assert.match(text, advice);
      assert.match(text, new RegExp(`^The receiver answered ${status}, after 0 ms\\.`));
    });
  }

  it('says that a receiver is gone', async () => {
    const { ok, text } = await attempt({ answer: { kind: 'gone', status: 410 } });
    assert.deepEqual([ok, /no more webhooks/.test(text)], [false, true]);
  });

  it('posts nothing that does not fit the schema', async () => {
    await assertRefused(
      () => attempt({ schema: '{"required":["what"],"type":"object"}' }),
      'bad-webhook',
      'what',
    );
  });
});
