import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ErrorCode } from '../../../nodes/lib/kernel/error-sentences.ts';
import { EmailError, type ErrorDetail } from '../../../nodes/lib/kernel/errors.ts';
import { nextAttempt, type RetryQuestion } from '../../../nodes/lib/outbound/retry-plan.ts';

const minute = 60_000;
const hour = 60 * minute;

function failure(code: ErrorCode = 'message-delayed', detail: ErrorDetail = {}): EmailError {
  return new EmailError(code, { detail, retryable: true });
}

function ask(given: Partial<RetryQuestion> = {}): number | undefined {
  return nextAttempt({
    attempts: 0,
    failure: failure(),
    now: 0,
    startsAt: 0,
    giveUpAfter: 4 * 24 * 3600,
    random: () => 0.5,
    ...given,
  });
}

describe('nextAttempt', () => {
  it('waits 1, 5, 15, 30 minutes, 1, 2 and then always 4 hours', () => {
    const waits = [0, 1, 2, 3, 4, 5, 6, 7, 50].map((attempts) => Number(ask({ attempts })) / minute);
    assert.deepEqual(waits, [1, 5, 15, 30, 60, 120, 240, 240, 240]);
  });

  it('spreads each wait by 20 % either way', () => {
    assert.equal(ask({ random: () => 0 }), 48_000);
    assert.equal(ask({ random: () => 1 }), 72_000);
  });

  for (const [smtp, status, response] of [
    [450, '4.7.1', 'come back'],
    [451, '4.7.1', 'come back'],
    [450, '4.2.0', 'Greylisted'],
    [451, '', 'gray-listing in effect'],
  ] as const)
    it(`waits at least 5 minutes for greylisting (${smtp} ${status} ${response})`, () => {
      assert.equal(ask({ failure: failure('recipient-delayed', { smtp, status, response }) }), 5 * minute);
    });

  it('waits at least an hour when the sender was not believed', () => {
    assert.equal(ask({ failure: failure('sender-unauthenticated') }), hour);
  });

  it('tries a last time when the time is over, and gives up after that', () => {
    assert.equal(ask({ attempts: 6, now: 10 * hour, giveUpAfter: 11 * 3600 }), 11 * hour);
    assert.equal(ask({ attempts: 7, now: 11 * hour, giveUpAfter: 11 * 3600 }), undefined);
  });

  it('comes back at the expiry time instead of after it', () => {
    assert.equal(ask({ attempts: 6, expiresAt: 2 * hour }), 2 * hour);
  });

  it('always lies after now and never after the end of the mail’s time', () => {
    const questions = fc.record({
      attempts: fc.nat(100),
      now: fc.nat(1e9),
      giveUpAfter: fc.nat(1e6),
      random: fc.double({ min: 0, max: 0.999, noNaN: true }).map((x) => () => x),
    });
    fc.assert(
      fc.property(questions, (question) => {
        const at = ask(question);
        const end = question.giveUpAfter * 1000;
        if (at === undefined) assert.ok(question.now >= end);
        else assert.ok(at > question.now && at <= end);
      }),
    );
  });
});
