import assert from 'node:assert/strict';
import type { NodeMessageInFlow } from 'node-red';
import { webhookMessages } from '../../nodes/glue/webhook-messages.ts';
import type { QueuedWebhook } from '../../nodes/lib/webhook/webhook-queue.ts';
import type { WebhookResult } from '../../nodes/lib/webhook/webhook-result.ts';

const webhook = (id: string) => ({ id, message: '{"topic":"kept"}' }) as QueuedWebhook;
const result = (status: WebhookResult['status']) => ({ status, attempts: 1 }) as WebhookResult;
const message = (topic: string) => ({ _msgid: 'm', topic, email: { id: 'e' } }) as NodeMessageInFlow;

describe('webhookMessages', () => {
  it('gives back the very message, with its result beside what was in msg.email', () => {
    const messages = webhookMessages();
    const brought = message('live');
    messages.hold('w1', brought);
    const [delivered, givenUp] = messages.resultOf(webhook('w1'), result('delivered'));
    assert.equal(delivered, brought);
    assert.equal(givenUp, null);
    assert.deepEqual(brought.email, { id: 'e', webhook: result('delivered') });
  });

  it('lets what was given up leave on output 2', () => {
    const [delivered, givenUp] = webhookMessages().resultOf(webhook('w1'), result('failed'));
    assert.equal(delivered, null);
    assert.equal(givenUp?.topic, 'kept');
  });

  it('rebuilds a message that it does not hold, and says so', () => {
    const messages = webhookMessages();
    messages.hold('w1', message('live'));
    messages.drop('w1');
    const [delivered] = messages.resultOf(webhook('w1'), result('delivered'));
    assert.deepEqual(delivered, { topic: 'kept', email: { webhook: result('delivered'), resumed: true } });
  });

  it('holds a thousand, and lets the oldest go', () => {
    const messages = webhookMessages();
    for (let index = 0; index <= 1000; index++) messages.hold(`w${index}`, message(`live ${index}`));
    const topics = ['w0', 'w1', 'w1000'].map(
      (id) => messages.resultOf(webhook(id), result('delivered'))[0]?.topic,
    );
    assert.deepEqual(topics, ['kept', 'live 1', 'live 1000']);
  });
});
