/** What the enhanced status codes of RFC 3463, and those that large providers added, say about an address. */
import type { BounceReason } from '../received/received-mail.ts';

export type Severity = 'hard' | 'soft' | 'policy';

export interface Verdict {
  readonly severity: Severity;
  readonly reason: BounceReason;
}

/** Subject and detail (the last two numbers) → what it means after a permanent failure (class 5). */
const permanent: Readonly<Record<string, readonly [Severity, BounceReason]>> = {
  '1.1': ['hard', 'no-such-user'],
  '1.2': ['hard', 'no-such-domain'],
  '1.3': ['hard', 'no-such-user'],
  '1.4': ['soft', 'unknown'],
  '1.6': ['hard', 'no-such-user'],
  '1.7': ['policy', 'sender-rejected'],
  '1.8': ['policy', 'sender-rejected'],
  // RFC 7505: the domain publishes that it takes no mail; Exchange Online says so of an unknown recipient
  '1.10': ['hard', 'no-such-user'],
  '2.1': ['hard', 'disabled'],
  '2.2': ['soft', 'mailbox-full'],
  '2.3': ['policy', 'message-too-large'],
  '2.4': ['soft', 'unknown'],
  '3.1': ['soft', 'mailbox-full'],
  '3.2': ['soft', 'unreachable'],
  '3.4': ['policy', 'message-too-large'],
  '3.5': ['soft', 'unreachable'],
  '4.1': ['soft', 'unreachable'],
  '4.2': ['soft', 'unreachable'],
  '4.3': ['soft', 'unreachable'],
  '4.4': ['hard', 'no-such-domain'],
  '4.5': ['soft', 'too-many'],
  '4.6': ['soft', 'loop'],
  '4.7': ['soft', 'timed-out'],
  '4.8': ['soft', 'loop'],
  '4.14': ['soft', 'loop'],
  '4.310': ['hard', 'no-such-domain'],
  '4.312': ['soft', 'unreachable'],
  '4.316': ['soft', 'timed-out'],
  '5.3': ['policy', 'too-many'],
  '6.0': ['policy', 'content-rejected'],
  '6.1': ['policy', 'content-rejected'],
  '6.2': ['policy', 'content-rejected'],
  '6.3': ['policy', 'content-rejected'],
  '6.6': ['policy', 'content-rejected'],
  '6.7': ['policy', 'content-rejected'],
  '7.13': ['hard', 'disabled'],
  // RFC 7293: the mailbox has another owner since
  '7.17': ['hard', 'no-such-user'],
  '7.18': ['hard', 'no-such-domain'],
  '7.20': ['policy', 'sender-rejected'],
  '7.21': ['policy', 'sender-rejected'],
  '7.22': ['policy', 'sender-rejected'],
  '7.23': ['policy', 'sender-rejected'],
  '7.24': ['policy', 'sender-rejected'],
  '7.25': ['policy', 'sender-rejected'],
  '7.26': ['policy', 'sender-rejected'],
  '7.27': ['policy', 'sender-rejected'],
  '7.28': ['policy', 'too-many'],
  '7.29': ['policy', 'sender-rejected'],
  '7.30': ['policy', 'sender-rejected'],
  '7.509': ['policy', 'sender-rejected'],
  '7.515': ['policy', 'sender-rejected'],
};

/** Of the same subjects, where the detail is not known: `x.7.any` is a policy whatever follows. */
const bySubject: Readonly<Record<string, readonly [Severity, BounceReason]>> = {
  6: ['policy', 'content-rejected'],
  7: ['policy', 'policy'],
};

/** Not now (class 4): the reason is the same, the address may be good. */
const temporaryReasons: Readonly<Record<string, BounceReason>> = {
  '2.2': 'mailbox-full',
  '3.1': 'mailbox-full',
  '4.1': 'unreachable',
  '4.2': 'unreachable',
  '4.3': 'unreachable',
  '4.4': 'unreachable',
  '4.5': 'too-many',
  '4.6': 'loop',
  '4.7': 'timed-out',
  '5.3': 'too-many',
  '7.28': 'too-many',
};

/** Undefined if the code says no more than that it failed, e.g. `5.0.0`, `5.1.0`, `5.5.0`. */
export function verdictOfStatus(status: string): Verdict | undefined {
  const [kind = '', subject = '', detail = ''] = status.split('.');
  const code = `${subject}.${detail}`;
  if (kind === '4') return temporary(code, subject);
  const known = own(permanent, code) ?? own(bySubject, subject);
  return known && { severity: known[0], reason: known[1] };
}

function temporary(code: string, subject: string): Verdict | undefined {
  if (subject === '7') return { severity: 'policy', reason: own(temporaryReasons, code) ?? 'policy' };
  const reason = own(temporaryReasons, code);
  return reason && { severity: 'soft', reason };
}

function own<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
