import assert from 'node:assert/strict';
import { suppressAutomatically } from '../../../nodes/lib/event/automatic-suppression.ts';
import type { DeliveryReport } from '../../../nodes/lib/received/received-mail.ts';
import type { EventSettings } from '../../../nodes/lib/settings/event-settings.ts';
import { memorySoftBounces } from '../../support/memory-event-log.ts';
import { memorySuppressionList } from '../../support/memory-suppression-list.ts';

const day = 24 * 3_600_000;
const address = 'ann@example.net';

function stage(changes: Partial<EventSettings> = {}) {
  const list = memorySuppressionList();
  const tally = memorySoftBounces();
  const settings = {
    suppressHardBounces: true,
    suppressComplaints: true,
    softBounces: { count: 3, days: 14 },
    ...changes,
  };
  let mails = 0;
  const take = (
    severity: DeliveryReport['severity'],
    at = 0,
    more: Partial<DeliveryReport> = {},
    emailId?: string,
  ) => {
    const base = { status: '5.1.1', reason: 'no-such-user', diagnostic: '550 no such user' } as const;
    mails += 1;
    const notice = {
      recipient: address,
      at,
      emailId: emailId ?? `m${mails}`,
      report: { ...base, severity, ...more },
    };
    return suppressAutomatically([notice], { settings, list, tally });
  };
  const entries = async (now = 0) => (await list.find([address], now)).get(address) ?? [];
  const causes = async (now = 0) => (await entries(now)).map(({ cause }) => cause);
  return { take, entries, causes };
}

describe('suppressAutomatically', () => {
  it('holds an address that bounced for good, with the evidence', async () => {
    const { take, entries } = stage();
    await take('hard', 5);
    const [entry] = await entries();
    assert.deepEqual(entry, {
      ...entry,
      address,
      cause: 'hard-bounce',
      method: 'bounce',
      at: 5,
      emailId: 'm1',
      detail: '5.1.1 no-such-user 550 no such user',
    });
    assert.equal(entry?.expiresAt, undefined);
  });

  it('holds who complained, and not who said that it is no spam', async () => {
    const { take, causes } = stage();
    await take('complaint', 1, { feedbackType: 'not-spam' });
    assert.deepEqual(await causes(), []);
    await take('complaint', 1, { feedbackType: 'abuse' });
    assert.deepEqual(await causes(), ['complaint']);
  });

  for (const severity of ['policy', 'delayed', 'delivered'] as const) {
    it(`holds nobody for “${severity}”`, async () => {
      const { take, causes } = stage();
      for (let time = 0; time < 10; time += 1) await take(severity, time);
      assert.deepEqual(await causes(), []);
    });
  }

  it('holds for 30 days at the third soft bounce within 14 days', async () => {
    const { take, causes, entries } = stage();
    await take('soft', 1 * day);
    await take('soft', 2 * day);
    assert.deepEqual(await causes(), []);
    await take('soft', 15 * day);
    assert.deepEqual(await causes(15 * day), ['soft-bounce']);
    assert.equal((await entries(15 * day))[0]?.expiresAt, 45 * day);
    assert.deepEqual(await causes(45 * day), []);
  });

  it('begins anew after a delivery, after a long time, and after an entry', async () => {
    const { take, causes } = stage();
    await take('soft', 1 * day);
    await take('soft', 2 * day);
    await take('delivered', 3 * day);
    await take('soft', 4 * day);
    await take('soft', 5 * day);
    await take('soft', 19 * day);
    assert.deepEqual(await causes(19 * day), []);
    await take('soft', 19 * day);
    assert.deepEqual(await causes(19 * day), ['soft-bounce']);
    await take('soft', 60 * day);
    await take('soft', 60 * day);
    assert.deepEqual(await causes(60 * day), []);
  });

  it('takes several reports on one mail for one soft bounce', async () => {
    const { take, causes } = stage();
    for (let time = 0; time < 5; time += 1) await take('soft', time, {}, 'the same');
    assert.deepEqual(await causes(), []);
  });

  it('holds nobody where that is switched off', async () => {
    const off = { suppressHardBounces: false, suppressComplaints: false, softBounces: undefined };
    const { take, causes } = stage(off);
    for (const severity of ['hard', 'complaint', 'soft', 'soft', 'soft'] as const) await take(severity);
    assert.deepEqual(await causes(), []);
  });
});
