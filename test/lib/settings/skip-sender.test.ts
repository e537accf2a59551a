import assert from 'node:assert/strict';
import { skipSenderOf } from '../../../nodes/lib/settings/skip-sender.ts';

const skipSenders = [
  { sender: '@example.com', sendAnyway: false },
  { sender: 'bills@example.com', sendAnyway: true },
];

describe('skipSenderOf', () => {
  it('takes the entry of the address before that of its domain', () => {
    assert.equal(skipSenderOf('Bills@example.com', { skipSenders })?.sendAnyway, true);
    assert.equal(skipSenderOf('news@example.com', { skipSenders })?.sendAnyway, false);
  });

  it('knows no other domain, also none below', () => {
    assert.equal(skipSenderOf('news@mail.example.com', { skipSenders }), undefined);
    assert.equal(skipSenderOf('news@anexample.com', { skipSenders }), undefined);
  });
});
