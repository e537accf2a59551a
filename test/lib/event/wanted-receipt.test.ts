import assert from 'node:assert/strict';
import { type EventType, eventTypes } from '../../../nodes/lib/event/event-log.ts';
import { wantsReceipt } from '../../../nodes/lib/event/wanted-receipt.ts';
import { type ReceiptName, receiptNames } from '../../../nodes/lib/mail/notify.ts';

const url = 'https://shop.example/';
const wanted = (receipts?: readonly ReceiptName[]): EventType[] =>
  eventTypes.filter((type) => wantsReceipt({ type, notify: { url, receipts } }));

const failures: EventType[] = ['email.rejected', 'email.failed', 'email.suppressed', 'email.expired'];

describe('wantsReceipt', () => {
  const meanings: [ReceiptName, EventType[]][] = [
    ['submitted', ['email.sent']],
    ['delivered', ['email.delivered']],
    ['read', ['email.opened']],
    ['clicked', ['email.clicked']],
    ['bounce', ['email.bounced']],
    ['bounced', ['email.bounced']],
    ['complaint', ['email.complained']],
    ['failed', failures],
    ['invalid', failures],
    ['not verified', failures],
  ];
  for (const [name, types] of meanings) {
    it(`takes ${name} for ${types.join(', ')}`, () => assert.deepEqual(wanted([name]), types));
  }

  it('knows what every name means', () => {
    assert.deepEqual(meanings.map(([name]) => name).sort(), [...receiptNames].sort());
  });

  it('wants all that happens to the mail where no names are given, and nothing else', () => {
    assert.deepEqual(
      wanted(),
      eventTypes.filter((type) => type.startsWith('email.')),
    );
  });

  it('adds the names up', () => {
    assert.deepEqual(wanted(['read', 'submitted']), ['email.sent', 'email.opened']);
  });

  it('wants no event of a mail that nobody is to be told of', () => {
    assert.equal(wantsReceipt({ type: 'email.sent' }), false);
  });
});
