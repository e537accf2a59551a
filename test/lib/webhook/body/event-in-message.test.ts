import assert from 'node:assert/strict';
import { eventInMessage } from '../../../../nodes/lib/webhook/body/event-in-message.ts';

const event = { id: 'e1', type: 'email.sent', at: 1, app: 'Shop' };

describe('eventInMessage', () => {
  it('knows an event, also after another webhook-out', () => {
    assert.deepEqual(eventInMessage(event), event);
    assert.deepEqual(eventInMessage({ ...event, webhook: {}, resumed: true }), event);
  });

  for (const [name, email] of [
    ['nothing', undefined],
    ['a result', { status: 'sent', id: 'x' }],
    ['a received mail', { id: 'x', kind: 'mail', from: {} }],
    ['another type', { ...event, type: 'order.paid' }],
    ['no id', { ...event, id: undefined }],
    ['no time', { ...event, at: '2026' }],
  ] as const) {
    it(`takes ${name} for none`, () => assert.equal(eventInMessage(email), undefined));
  }
});
