import assert from 'node:assert/strict';
import { recipientCheck } from '../../../nodes/lib/outbound/check-recipients.ts';
import type { OutboxEntry } from '../../../nodes/lib/outbound/outbox.ts';
import type { UnsubscribeSettings } from '../../../nodes/lib/settings/app-settings.ts';
import type { SuppressionCause } from '../../../nodes/lib/suppression/suppression-list.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { memorySuppressionList } from '../../support/memory-suppression-list.ts';
import { newPart } from '../../support/new-request.ts';

type Rules = Pick<UnsubscribeSettings, 'skipSenders' | 'checkCopies'>;

/** A list with these addresses on it, and a check by it. */
async function stage(held: Record<string, SuppressionCause>, rules: Partial<Rules> = {}) {
  const list = memorySuppressionList();
  const entries = Object.entries(held).map(
    ([address, cause]) => ({ address, cause, method: 'api', at: 1 }) as const,
  );
  await list.add(entries);
  const unsubscribe = { skipSenders: [], checkCopies: true, ...rules };
  return { list, check: recipientCheck({ list, clock: { now: () => 2 }, unsubscribe }) };
}

function entryTo(address: string, given: Partial<OutboxEntry['part']> = {}): OutboxEntry {
  return {
    part: newPart(address, given),
    requestId: 'r1',
    contentId: 1,
    sender: 'bills@example.com',
    messageClass: 'transactional',
    startsAt: 0,
    attempts: 0,
  };
}

describe('recipientCheck', () => {
  it('lets a mail go to whom nothing holds', async () => {
    const { check } = await stage({ 'bob@example.net': 'unsubscribe' });
    assert.deepEqual(await check(entryTo('ann@example.net')), { held: [] });
  });

  const causes: [SuppressionCause, string][] = [
    ['unsubscribe', 'unsubscribed'],
    ['hard-bounce', 'bounced'],
    ['complaint', 'complained'],
  ];
  for (const [cause, code] of causes) {
    it(`holds a copy as ${code} after ${cause}`, async () => {
      const { check } = await stage({ 'ann@example.net': cause });
      const { hold } = await check(entryTo('Ann@example.net'));
      assert.equal(hold?.code, code);
      assert.match(hold.reason, /\w/);
    });
  }

  it('takes held riders out of the envelope', async () => {
    const { check } = await stage({ 'cc@example.net': 'unsubscribe' });
    const verdict = await check(
      entryTo('ann@example.net', { riders: ['cc@example.net', 'dee@example.net'] }),
    );
    assert.equal(verdict.hold, undefined);
    assert.deepEqual(
      verdict.held.map(({ address, code }) => [address, code]),
      [['cc@example.net', 'unsubscribed']],
    );
  });

  it('takes held ones out of a copy for all, and holds it when all are held', async () => {
    const recipients = ['ann@example.net', 'bob@example.net'];
    const one = await stage({ 'ann@example.net': 'unsubscribe' });
    const first = await one.check(entryTo('ann@example.net', { recipients }));
    assert.deepEqual([first.hold, first.held.length], [undefined, 1]);
    const all = await stage({ '@example.net': 'hard-bounce' });
    assert.equal((await all.check(entryTo('ann@example.net', { recipients }))).hold?.code, 'bounced');
    const each = await stage({ 'ann@example.net': 'unsubscribe', 'bob@example.net': 'complaint' });
    const { held } = await each.check(entryTo('ann@example.net', { recipients }));
    assert.deepEqual(
      held.map(({ address, code }) => [address, code]),
      [
        ['ann@example.net', 'unsubscribed'],
        ['bob@example.net', 'complained'],
      ],
    );
  });

  it('leaves Cc and Bcc unchecked where the app says so', async () => {
    const { check } = await stage({ 'cc@example.net': 'unsubscribe' }, { checkCopies: false });
    assert.deepEqual(await check(entryTo('ann@example.net', { riders: ['cc@example.net'] })), { held: [] });
    const leaders = [{ address: 'ann@example.net' }];
    assert.deepEqual(await check(entryTo('cc@example.net'), leaders), { held: [] });
    assert.ok((await check(entryTo('cc@example.net'))).hold);
  });

  for (const [cause, code] of causes.slice(1)) {
    it(`holds Cc and Bcc after a ${cause}, whatever the app says`, async () => {
      const { check } = await stage({ 'cc@example.net': cause }, { checkCopies: false });
      const riding = await check(
        entryTo('ann@example.net', { riders: ['cc@example.net', 'dee@example.net'] }),
      );
      assert.equal(riding.hold, undefined);
      assert.deepEqual(
        riding.held.map((one) => [one.address, one.code]),
        [['cc@example.net', code]],
      );
      const copy = await check(entryTo('cc@example.net'), [{ address: 'ann@example.net' }]);
      assert.equal(copy.hold?.code, code);
    });
  }

  it('lets no copy of a Cc recipient leave when nobody in To is left', async () => {
    const to = Array.from({ length: 250 }, (_, index) => ({ address: `to${index}@a.example` }));
    const { check } = await stage({ '@a.example': 'unsubscribe' });
    assert.equal((await check(entryTo('cc@example.net'), to)).hold?.code, 'no-to-left');
    const oneLeft = [...to, { address: 'eve@example.net' }];
    assert.equal((await check(entryTo('cc@example.net'), oneLeft)).hold, undefined);
  });

  it('lets a skip sender write to the unsubscribed, never to those who complained', async () => {
    const skipSenders = [{ sender: '@example.com', sendAnyway: true }];
    const held = { 'ann@example.net': 'unsubscribe', 'bob@example.net': 'complaint' } as const;
    const { check } = await stage(held, { skipSenders });
    assert.equal((await check(entryTo('ann@example.net'))).hold, undefined);
    assert.equal((await check(entryTo('bob@example.net'))).hold?.code, 'complained');
  });

  it('lets nobody pass when the list cannot be read', async () => {
    const { list, check } = await stage({});
    list.fail();
    await assertRefused(() => check(entryTo('ann@example.net')), 'list-unreadable');
  });
});
