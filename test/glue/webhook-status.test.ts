import assert from 'node:assert/strict';
import type { Node, NodeAPI } from 'node-red';
import { webhookStatus } from '../../nodes/glue/webhook-status.ts';
import type { EndpointState } from '../../nodes/lib/webhook/open-endpoint.ts';
import type { WebhookResult } from '../../nodes/lib/webhook/webhook-result.ts';

const idle: EndpointState = { waiting: 0, dead: 0, sending: 0, isDisabled: false };
const at = new Date(2026, 10, 23, 14, 5).getTime();
const result = { type: 'email.sent', status: 'delivered', settledAt: at } as WebhookResult;

function stage() {
  const shown: string[] = [];
  const RED = {
    _: (key: string, values: object) => `${key} ${JSON.stringify(values)}`,
  } as unknown as NodeAPI;
  const node = {
    type: 'webhook-out',
    status: ({ text }: { text: string }) => shown.push(text),
  } as unknown as Node;
  const status = webhookStatus(RED, node);
  const last = () => shown.at(-1)?.replace('webhook-out.status.', '');
  return { status, shown, last };
}

describe('webhookStatus', () => {
  for (const [state, expected] of [
    [idle, 'ready {}'],
    [{ ...idle, waiting: 3 }, 'waiting {"count":3}'],
    [{ ...idle, waiting: 3, lastFailure: 'no', nextAttemptAt: at }, 'failing {"count":3,"time":"14:05"}'],
    [{ ...idle, waiting: 3, lastFailure: 'no' }, 'waiting {"count":3}'],
    [{ ...idle, waiting: 3, isDisabled: true }, 'disabled {"count":3}'],
  ] as const) {
    it(`shows ${expected}`, () => {
      const { status, last } = stage();
      status.state(state);
      assert.equal(last(), expected);
    });
  }

  it('shows the last result once nothing waits', () => {
    const { status, last } = stage();
    status.settled(result);
    status.state(idle);
    assert.equal(last(), 'delivered {"type":"email.sent","time":"14:05"}');
    status.settled({ ...result, status: 'failed' });
    status.state(idle);
    assert.match(last() ?? '', /^given-up/);
  });

  it('shows the same once', () => {
    const { status, shown } = stage();
    status.state(idle);
    status.state(idle);
    assert.equal(shown.length, 1);
  });
});
