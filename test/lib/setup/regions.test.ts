import assert from 'node:assert/strict';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { probeInbound } from '../../../nodes/lib/setup/plumbing/probe-inbound.ts';
import { feedbackHost, inboundHost, sesRegions } from '../../../nodes/lib/setup/regions.ts';

const answering = { describeActiveReceiptRuleSet: async () => undefined };
const refusing = (error: EmailError) => ({ describeActiveReceiptRuleSet: () => Promise.reject(error) });

describe('sesRegions', () => {
  it('lists every region once, by its id', () => {
    assert.equal(new Set(sesRegions.map(({ id }) => id)).size, sesRegions.length);
    for (const { id } of sesRegions) assert.match(id, /^[a-z]{2}(-[a-z]+)+-\d$/);
  });

  it('knows the two zones apart', () => {
    assert.equal(inboundHost('eu-west-1'), 'inbound-smtp.eu-west-1.amazonaws.com');
    assert.equal(feedbackHost('eu-west-1'), 'feedback-smtp.eu-west-1.amazonses.com');
  });
});

describe('probeInbound', () => {
  it('does not ask where it is known', async () => {
    assert.equal((await probeInbound('eu-west-1', refusing(new EmailError('aws-refused')))).inbound, 'yes');
  });

  it('takes an answer for a yes, a region new to us included', async () => {
    assert.equal((await probeInbound('eu-south-1', answering)).inbound, 'yes');
    assert.equal((await probeInbound('xx-new-1', answering)).inbound, 'yes');
  });

  it('takes a refusal for a no, but a missing right or a lost connection for neither', async () => {
    const cases = [
      [new EmailError('aws-refused'), 'no'],
      [new EmailError('aws-denied', { retryable: true }), 'unsure'],
      [new EmailError('aws-trouble', { retryable: true }), 'unsure'],
    ] as const;
    for (const [error, inbound] of cases)
      assert.equal((await probeInbound('eu-south-1', refusing(error))).inbound, inbound);
  });
});
