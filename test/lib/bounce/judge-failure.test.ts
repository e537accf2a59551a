import assert from 'node:assert/strict';
import { findReply, findStatus } from '../../../nodes/lib/bounce/enhanced-status.ts';
import { judgeFailure } from '../../../nodes/lib/bounce/judge-failure.ts';

describe('judgeFailure', () => {
  const cases: Readonly<Record<string, string>> = {
    '550 5.1.1 User unknown': 'hard no-such-user',
    '550 User unknown': 'hard no-such-user',
    '550 5.7.1 User unknown': 'hard no-such-user',
    '550 5.0.0 whatever': 'soft unknown',
    '550 whatever': 'soft unknown',
    '5.1.1': 'hard no-such-user',
    '5.1.2': 'hard no-such-domain',
    '5.2.1': 'hard disabled',
    '550 5.1.1 mailbox is full': 'soft mailbox-full',
    '550 5.2.1 mailbox disabled, over quota': 'soft mailbox-full',
    '450 4.1.1 User unknown': 'soft unknown',
    '450 4.2.0 Greylisted': 'soft too-many',
    '451 4.7.1 Please try again later': 'policy policy',
    '421 4.7.28 rate limited': 'policy too-many',
    '550 5.7.1 Rejected: blocked using zen.dnsbl.example': 'policy spam-or-reputation',
    '550 5.1.1 blocked by spam filter': 'policy spam-or-reputation',
    '550 5.7.26 unauthenticated email': 'policy sender-rejected',
    '553 5.1.8 Sender domain does not exist': 'policy sender-rejected',
    '550 Sender domain does not exist': 'policy sender-rejected',
    '550 relaying denied': 'policy sender-rejected',
    '552 5.3.4 too big': 'policy message-too-large',
    '552 5.2.2 full': 'soft mailbox-full',
    '554 5.4.6 too many hops': 'soft loop',
    '554 5.4.7 expired': 'soft timed-out',
    '550 5.4.1 Recipient address rejected: Access denied': 'hard no-such-user',
    '550 mailbox unavailable': 'hard no-such-user',
    '450 mailbox unavailable': 'soft unknown',
    '550 5.7.1 mailbox unavailable': 'policy policy',
    '550 spam.example.com: no such user': 'hard no-such-user',
    '550 5.1.1 <spam@example.com>: no such user': 'hard no-such-user',
    '550 5.1.1 not found, see https://quota-exceeded.example/spam': 'hard no-such-user',
    '554 5.6.0 message content rejected': 'policy content-rejected',
    'Host not found': 'hard no-such-domain',
    'Connection refused': 'soft unreachable',
  };
  for (const [words, verdict] of Object.entries(cases)) {
    it(`says ${verdict} of “${words}”`, () => {
      const { severity, reason } = judgeFailure({
        status: findStatus(words),
        reply: findReply(words),
        words,
      });
      assert.equal(`${severity} ${reason}`, verdict);
    });
  }
});

describe('findStatus', () => {
  const cases: Readonly<Record<string, string>> = {
    '550 5.1.1 x': '5.1.1',
    '#5.1.1 x': '5.1.1',
    '(#5.1.2)': '5.1.2',
    '550-5.7.26 x': '5.7.26',
    '5.1.1 (bad address)': '5.1.1',
    '05.1.1': '',
    'version 5.1.1.2': '',
    '[5.1.1.2] said': '',
    'host 192.5.1.1': '',
    '5.001.010': '5.1.10',
    nothing: '',
  };
  for (const [words, status] of Object.entries(cases)) {
    it(`finds “${status}” in “${words}”`, () => assert.equal(findStatus(words), status));
  }
});
