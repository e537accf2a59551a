import assert from 'node:assert/strict';
import { mailComposer } from '../../../nodes/lib/app/mail-composer.ts';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import type { OutboxEntry } from '../../../nodes/lib/outbound/outbox.ts';
import { fixedKeys } from '../../support/fixed-keys.ts';
import { sampleSettings } from '../../support/sample-settings.ts';
import { buildContent } from '../mail/build-content.ts';

const entry: OutboxEntry = {
  part: {
    id: 'p1',
    to: { address: 'ann@example.net' },
    recipients: ['ann@example.net'],
    riders: [],
    values: {},
    messageId: 'p1@example.com',
  },
  requestId: 'r1',
  contentId: 1,
  messageClass: 'transactional',
  sender: 'shop@example.com',
  startsAt: 0,
  attempts: 0,
};

describe('mailComposer', () => {
  it('reads a content once for copies that leave in a row, but again after a failure', async () => {
    let reads = 0;
    const outbox = {
      async content() {
        reads += 1;
        if (reads === 1) throw new EmailError('store-unavailable', { retryable: true });
        return buildContent({ text: 'Hi' });
      },
    };
    const compose = mailComposer({
      outbox,
      ready: { take: () => undefined },
      settings: sampleSettings(),
      keys: fixedKeys(),
    });
    await assert.rejects(compose(entry), { code: 'store-unavailable' });
    assert.deepEqual((await compose(entry)).envelope.to, ['ann@example.net']);
    await compose(entry);
    assert.equal(reads, 2);
  });

  it('tells the route the key, the From address and what to track', async () => {
    const tracking = { opens: true };
    const compose = mailComposer({
      outbox: { content: async () => buildContent({ text: 'Hi', tracking }) },
      ready: { take: () => undefined },
      settings: sampleSettings({}, { envelopeSender: 'bounce@example.com' }),
      keys: fixedKeys(),
    });
    const mail = await compose(entry);
    assert.deepEqual([mail.key, mail.envelope.from, mail.tracking], ['p1', 'bounce@example.com', tracking]);
    assert.equal(mail.from, buildContent().from.address);
  });
});
