import assert from 'node:assert/strict';
import { sessionBounces } from '../../../nodes/lib/event/session-bounces.ts';
import type { PartRecord } from '../../../nodes/lib/outbound/outbox.ts';
import { smtpFailure } from '../../../nodes/lib/transport/smtp-failure.ts';

function refused(response: string, command = 'RCPT TO') {
  const failure = smtpFailure({ response, command }, 'mail', 'mx.example.net:25');
  const { code, message: reason, detail } = failure;
  return { code, reason, enhancedStatus: String(detail.status) };
}

function record(changes: Partial<PartRecord>): PartRecord {
  return {
    id: 'm1',
    to: { address: 'ann@example.net' },
    refused: [],
    settledAt: 9,
    ...changes,
  } as PartRecord;
}

const bounced = (response: string, command?: string) =>
  sessionBounces([record({ state: 'failed', ...refused(response, command) })]);

describe('sessionBounces', () => {
  for (const [response, status] of [
    ['550 5.1.1 <ann@example.net>: Recipient address rejected: User unknown', '5.1.1'],
    ['550-5.1.1 The email account that you tried to reach\r\n550 5.1.1 does not exist', '5.1.1'],
    ['553 5.1.2 bad destination system', '5.1.2'],
    ['551 5.1.6 moved', '5.1.6'],
    ['556 5.1.10 recipient null MX', '5.1.10'],
  ] as const) {
    it(`takes “${response.slice(0, 40)}” for a hard bounce`, () => {
      const [notice, ...more] = bounced(response);
      assert.deepEqual(more, []);
      assert.deepEqual([notice?.recipient, notice?.at, notice?.emailId], ['ann@example.net', 9, 'm1']);
      assert.deepEqual([notice?.report.severity, notice?.report.status], ['hard', status]);
    });
  }

  for (const response of [
    '550 no such user',
    '450 4.1.1 try later',
    '550 5.7.1 blocked: 5.1.1',
    '552 5.2.2 mailbox full',
    '550 5.1.7 bad sender',
    '550 5.1.8 bad sender’s system',
    '550 5.1.11 unheard of',
    '550 5.7.26 not authenticated',
    '550 5.7.1 refused: 550 5.1.1 said another',
  ]) {
    it(`takes “${response}” for none`, () => assert.deepEqual(bounced(response), []));
  }

  it('takes an answer to the mail itself for none', () => {
    assert.deepEqual(bounced('550 5.1.1 User unknown', 'DATA'), []);
  });

  it('believes no code that only stands in the words of the refusal', () => {
    const { enhancedStatus: _, ...answer } = refused('550 5.1.1 unknown');
    assert.deepEqual(sessionBounces([record({ state: 'failed', ...answer })]), []);
  });

  it('finds the recipients of a copy that the others got', () => {
    const answer = refused('550 5.1.1 unknown');
    const copies = [{ address: 'cc@example.net', ...answer }];
    const notices = sessionBounces([record({ state: 'sent', code: 'sent', refused: copies })]);
    assert.deepEqual(
      notices.map(({ recipient }) => recipient),
      ['cc@example.net'],
    );
  });
});
