import assert from 'node:assert/strict';
import { mailComposer } from '../../../nodes/lib/app/mail-composer.ts';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { openMailTag } from '../../../nodes/lib/keys/mail-tag.ts';
import type { OutboxEntry } from '../../../nodes/lib/outbound/outbox.ts';
import { openReturnAddress } from '../../../nodes/lib/outbound/return-address.ts';
import { buildContent } from '../../support/build-content.ts';
import { fixedKeys } from '../../support/fixed-keys.ts';
import { sampleSettings } from '../../support/sample-settings.ts';

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

  const emailId = '0b9de4a8-53c0-4f3a-9f2e-1d2c3b4a5f60';
  const composeWith = (addresses: readonly string[], content: Parameters<typeof buildContent>[0]) => {
    const smtp = { host: 'mx.example.com', address: '127.0.0.1', port: 2525, addresses };
    const inbound = { ...sampleSettings().inbound, smtp };
    const compose = mailComposer({
      outbox: { content: async () => buildContent({ text: 'Hi', ...content }) },
      ready: { take: () => undefined },
      settings: sampleSettings({ inbound }, { envelopeSender: 'bounces@example.com' }),
      keys: fixedKeys(),
    });
    return compose({ ...entry, part: { ...entry.part, id: emailId } });
  };

  it('gives each mail a return address of its own where the app receives it', async () => {
    for (const addresses of [['bounces@example.com'], ['@example.com']]) {
      const { envelope, tagged } = await composeWith(addresses, {});
      assert.deepEqual([openReturnAddress(envelope.from, fixedKeys()), tagged], [emailId, true]);
    }
    const { envelope, tagged } = await composeWith(['shop@example.com'], {});
    assert.deepEqual([envelope.from, tagged], ['bounces@example.com', false]);
  });

  it('marks automatic answers, and them only, so that they are known when they come back', async () => {
    const markOf = (mail: object) =>
      /^X-Email-App-Loop: (\w+)\r$/m.exec(String('raw' in mail && mail.raw))?.[1];
    const mark = markOf(await composeWith([], { autoSubmitted: 'auto-replied' }));
    assert.equal(openMailTag(String(mark), fixedKeys()), emailId);
    assert.equal(markOf(await composeWith([], {})), undefined);
  });
});
