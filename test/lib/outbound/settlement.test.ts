import assert from 'node:assert/strict';
import type { ErrorCode } from '../../../nodes/lib/kernel/error-sentences.ts';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import type { OutboxEntry } from '../../../nodes/lib/outbound/outbox.ts';
import {
  type Outcome,
  type SettlementTerms,
  settleExpired,
  settlementFor,
  settleSuppressed,
} from '../../../nodes/lib/outbound/settlement.ts';
import { NobodyTaken } from '../../../nodes/lib/transport/transport.ts';

const minute = 60_000;
const hour = 60 * minute;
const now = 1_000 * hour;

interface EntryParts {
  readonly recipients?: readonly string[];
  readonly riders?: readonly string[];
}

function entry({
  recipients = ['joe@a.test'],
  riders = [],
  ...given
}: Partial<OutboxEntry> & EntryParts = {}): OutboxEntry {
  const to = { address: 'joe@a.test' };
  return {
    part: { id: 'p1', to, recipients, riders, values: {}, messageId: 'm1@a.test' },
    requestId: 'r1',
    contentId: 1,
    sender: 'app@example.com',
    messageClass: 'transactional',
    startsAt: now,
    attempts: 0,
    ...given,
  };
}

function failed(code: ErrorCode, retryable: boolean): EmailError {
  return new EmailError(code, { retryable, detail: { response: '550 no', value: 'x', why: 'y' } });
}

const refused = (code: ErrorCode, retryable: boolean): Outcome => ({
  kind: 'refused',
  failure: failed(code, retryable),
});

function taken(accepted: string[], rejected: Record<string, EmailError> = {}): Outcome {
  const refusals = Object.entries(rejected).map(([address, failure]) => ({ address, failure }));
  return {
    kind: 'taken',
    receipt: {
      code: 'sent',
      accepted,
      refused: refusals,
      response: '250 ok',
      providerMessageId: 'q1',
      messageId: 'q1@route.test',
    },
  };
}

function settle(what: OutboxEntry, outcome: Outcome, given: Partial<SettlementTerms> = {}) {
  return settlementFor(what, outcome, {
    now,
    delivery: { giveUpAfter: 86_400, unknown: 'hold' },
    random: () => 0.5,
    routeRetryAt: now + 8_000,
    ...given,
  });
}

/** What is wrong with the account or the keys, not with the mail. */
const awsRoute: readonly ErrorCode[] = [
  'aws-keys-refused',
  'aws-denied',
  'aws-unreachable',
  'ses-set-missing',
  'ses-paused',
  'ses-suspended',
  'daily-quota',
];

const gone = failed('recipient-refused', false);
const busy = failed('recipient-delayed', true);

describe('settlementFor', () => {
  it('records a mail that was taken, with the server’s answer', () => {
    assert.deepEqual(settle(entry(), taken(['joe@a.test'])), {
      partId: 'p1',
      at: now,
      state: 'sent',
      code: 'sent',
      reason: '250 ok',
      providerMessageId: 'q1',
      messageId: 'q1@route.test',
      refused: [],
      attempted: true,
    });
  });

  describe('of a failure', () => {
    const rows: [outcome: Outcome, state: string, wait: number | undefined, attempted: boolean][] = [
      [refused('message-refused', false), 'failed', undefined, true],
      [refused('message-delayed', true), 'later', minute, true],
      [refused('throttled', true), 'later', minute, true],
      [refused('connection-lost', true), 'later', minute, true],
      [refused('sender-unauthenticated', true), 'later', hour, true],
      [refused('connect-failed', true), 'later', 8_000, false],
      ...awsRoute.map((code): (typeof rows)[number] => [refused(code, true), 'later', 8_000, false]),
      [refused('dns-failed', true), 'later', 8_000, false],
      [refused('auth-failed', true), 'later', 8_000, false],
      [refused('sign-in-needed', true), 'later', 8_000, false],
      [refused('oauth-failed', true), 'later', 8_000, false],
      [refused('oauth-refused', true), 'later', 8_000, false],
      [refused('starttls-missing', true), 'later', 8_000, false],
      [refused('no-answer', false), 'unknown', undefined, true],
      [{ kind: 'unfit', failure: failed('missing-substitution', false) }, 'failed', undefined, false],
      [{ kind: 'unfit', failure: failed('store-unavailable', true) }, 'later', 5_000, false],
    ];
    for (const [outcome, state, wait, attempted] of rows) {
      const { code, message } = (outcome as { failure: EmailError }).failure;
      it(`${code} (${outcome.kind}) → ${state}${wait ? ` for ${wait / 1000} s` : ''}`, () => {
        const dueAt = wait && now + wait;
        const { dueAt: actual, ...settlement } = settle(entry(), outcome);
        assert.deepEqual(settlement, { partId: 'p1', at: now, state, code, reason: message, attempted });
        assert.equal(actual, dueAt);
      });
    }

    it('sends a mail without an answer again when the app says so', () => {
      const delivery = { giveUpAfter: 86_400, unknown: 'resend' } as const;
      const settlement = settle(entry(), refused('no-answer', false), { delivery });
      assert.deepEqual([settlement.state, settlement.dueAt], ['later', now + minute]);
    });

    it('fails with the last reason when its time is over', () => {
      const old = entry({ startsAt: now - 86_400_000, attempts: 12 });
      for (const code of ['message-delayed', 'connect-failed'] as const) {
        const settlement = settle(old, refused(code, true));
        assert.deepEqual([settlement.state, settlement.code], ['failed', code]);
      }
    });

    it('comes back at its expiry time, also while the route is down', () => {
      const shortLived = entry({ expiresAt: now + 5_000 });
      for (const code of ['message-delayed', 'connect-failed'] as const)
        assert.equal(settle(shortLived, refused(code, true)).dueAt, now + 5_000);
    });
  });

  describe('of a mail taken for some of its recipients', () => {
    const together = entry({ recipients: ['joe@a.test', 'ann@b.test', 'bob@c.test'] });

    it('is sent, with those refused for good', () => {
      const settlement = settle(together, taken(['ann@b.test', 'bob@c.test'], { 'joe@a.test': gone }));
      assert.equal(settlement.state, 'sent');
      assert.deepEqual(settlement.refused, [
        { address: 'joe@a.test', code: gone.code, reason: gone.message },
      ]);
    });

    it('tries those again who were only delayed', () => {
      const outcome = taken(['joe@a.test'], { 'ann@b.test': busy, 'bob@c.test': gone });
      const settlement = settle(together, outcome);
      assert.equal(settlement.state, 'later');
      assert.equal(settlement.dueAt, now + minute);
      assert.deepEqual(settlement.recipients, ['ann@b.test']);
      assert.deepEqual(
        settlement.refused?.map(({ address }) => address),
        ['bob@c.test'],
      );
      assert.equal(settlement.partlyTaken, true);
    });

    it('is sent when the delayed ones have no time left', () => {
      const old = { ...together, startsAt: now - 86_400_000 };
      const settlement = settle(old, taken(['joe@a.test'], { 'ann@b.test': busy }));
      assert.equal(settlement.state, 'sent');
      assert.deepEqual(
        settlement.refused?.map(({ address }) => address),
        ['ann@b.test'],
      );
    });

    it('stays sent whatever becomes of the rest', () => {
      const rest = entry({ recipients: ['ann@b.test'], partlyTaken: true, attempts: 1 });
      const endings = [settle(rest, refused('recipient-refused', false)), settleExpired(rest, now)];
      for (const ending of endings) {
        assert.deepEqual([ending.state, ending.code], ['sent', 'sent']);
        assert.deepEqual(
          ending.refused?.map(({ address }) => address),
          ['ann@b.test'],
        );
        assert.match(ending.reason, /^Some of its recipients had it/);
      }
    });

    it('gives each of the rest its own reason when they are refused', () => {
      const rest = entry({ recipients: ['ann@b.test', 'bob@c.test'], partlyTaken: true, attempts: 1 });
      const full = new EmailError('recipient-refused', { detail: { response: '552 full' } });
      const refusals = [
        { address: 'bob@c.test', failure: full },
        { address: 'ann@b.test', failure: gone },
      ];
      const { state, refused } = settle(rest, { kind: 'refused', failure: new NobodyTaken(gone, refusals) });
      assert.equal(state, 'sent');
      assert.deepEqual(refused, [
        { address: 'ann@b.test', code: gone.code, reason: gone.message },
        { address: 'bob@c.test', code: full.code, reason: full.message },
      ]);
    });

    it('tells of the one whom the copy is named after what was said of them, and not of another', () => {
      const dead = new EmailError('recipient-refused', {
        detail: { response: '550 5.1.1', status: '5.1.1' },
      });
      const closed = new EmailError('recipient-refused', {
        detail: { response: '550 5.7.1', status: '5.7.1' },
      });
      const refusals = [
        { address: 'joe@a.test', failure: closed },
        { address: 'bob@c.test', failure: dead },
      ];
      const all = entry({ recipients: ['joe@a.test', 'bob@c.test'] });
      const settlement = settle(all, { kind: 'refused', failure: new NobodyTaken(dead, refusals) });
      assert.deepEqual([settlement.state, settlement.enhancedStatus], ['failed', '5.7.1']);
    });

    it('gives each of the rest its own reason when they must not get it', () => {
      const rest = entry({ recipients: ['ann@b.test', 'bob@c.test'], partlyTaken: true, attempts: 1 });
      const held = [
        { address: 'ann@b.test', code: 'unsubscribed', reason: 'they left' },
        { address: 'bob@c.test', code: 'bounced', reason: 'it came back' },
      ];
      const settlement = settleSuppressed(rest, { hold: held[0] ?? assert.fail(), held }, now);
      assert.deepEqual([settlement.state, settlement.refused], ['sent', held]);
    });
  });

  describe('of a copy that carries the Cc and Bcc', () => {
    const carrier = entry({ riders: ['cc@b.test', 'bcc@c.test'] });

    it('is sent when its own recipient was served', () => {
      assert.equal(
        settle(carrier, taken(['joe@a.test'], { 'cc@b.test': gone, 'bcc@c.test': gone })).state,
        'sent',
      );
    });

    it('asks once more for its own recipient alone when only riders took it, so that these get no second copy', () => {
      const settlement = settle(carrier, taken(['cc@b.test'], { 'joe@a.test': gone, 'bcc@c.test': gone }));
      assert.deepEqual([settlement.state, settlement.dueAt], ['later', now]);
      assert.deepEqual(settlement.recipients, ['joe@a.test']);
      assert.equal(settlement.partlyTaken, false);
      assert.deepEqual(
        settlement.refused?.map(({ address }) => address),
        ['bcc@c.test'],
      );
    });
  });

  it('expires a mail whose time is over, without an attempt', () => {
    const settlement = settleExpired(entry(), now);
    assert.deepEqual(
      [settlement.state, settlement.code, settlement.attempted],
      ['expired', 'expired', false],
    );
  });
});
