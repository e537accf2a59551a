/** What SES says of a bounce or delay comes in; the report about the recipient goes out. Tables. Pure. */
import type { BounceReason, DeliveryReport } from '../received/received-mail.ts';
import type { SesDetails, SesPerson } from './ses-event.ts';

type Judgement = Pick<DeliveryReport, 'severity' | 'reason'>;

/** The server's own code goes before the sum that SES makes of it: `Permanent` holds refusals of the sender, too. */
const byStatus: readonly (readonly [RegExp, Judgement])[] = [
  [/^5\.1\.(1|6|10)$/, { severity: 'hard', reason: 'no-such-user' }],
  [/^5\.1\.2$|^5\.4\.4$/, { severity: 'hard', reason: 'no-such-domain' }],
  [/^5\.1\.[78]$/, { severity: 'policy', reason: 'sender-rejected' }],
  [/^5\.2\.1$/, { severity: 'hard', reason: 'disabled' }],
  [/^[45]\.2\.2$/, { severity: 'soft', reason: 'mailbox-full' }],
  [/^[45]\.(2\.3|3\.4)$/, { severity: 'policy', reason: 'message-too-large' }],
  [/^5\.4\.6$/, { severity: 'soft', reason: 'loop' }],
  [/^[45]\.4\.7$/, { severity: 'soft', reason: 'timed-out' }],
  [/^5\.6\.\d+$/, { severity: 'policy', reason: 'content-rejected' }],
  [/^5\.7\.(2[0-9]|515)$/, { severity: 'policy', reason: 'sender-rejected' }],
  [/^5\.7\.\d+$/, { severity: 'policy', reason: 'policy' }],
  [/^4\.7\.\d+$/, { severity: 'soft', reason: 'policy' }],
  [/^4\.4\.\d+$/, { severity: 'soft', reason: 'unreachable' }],
];

const bySubKind: Readonly<Record<string, Judgement>> = {
  NoEmail: { severity: 'hard', reason: 'no-such-user' },
  MailboxFull: { severity: 'soft', reason: 'mailbox-full' },
  MessageTooLarge: { severity: 'policy', reason: 'message-too-large' },
  ContentRejected: { severity: 'policy', reason: 'content-rejected' },
  AttachmentRejected: { severity: 'policy', reason: 'content-rejected' },
  CustomTimeoutExceeded: { severity: 'soft', reason: 'timed-out' },
};

export function judgeBounce(
  { kind = '', subKind = '' }: SesDetails,
  { status, diagnostic }: SesPerson,
): DeliveryReport {
  return { ...judgement(kind, subKind, status), status, diagnostic };
}

function judgement(kind: string, subKind: string, status: string): Judgement {
  const found = byStatus.find(([pattern]) => pattern.test(status))?.[1];
  const named = Object.hasOwn(bySubKind, subKind) ? bySubKind[subKind] : undefined;
  const usual = found ?? named;
  if (kind === 'Permanent') return usual ?? { severity: 'hard', reason: 'unknown' };
  // SES would try again, or does not know: no code makes that final
  if (usual?.severity === 'hard') return { severity: 'soft', reason: usual.reason };
  return usual ?? { severity: 'soft', reason: 'unknown' };
}

const delays: Readonly<Record<string, BounceReason>> = {
  MailboxFull: 'mailbox-full',
  SpamDetected: 'spam-or-reputation',
  RecipientServerError: 'unreachable',
  IPFailure: 'spam-or-reputation',
  TransientCommunicationFailure: 'unreachable',
};

export function judgeDelay({ kind = '' }: SesDetails, { status, diagnostic }: SesPerson): DeliveryReport {
  const reason = Object.hasOwn(delays, kind) ? delays[kind] : undefined;
  return { severity: 'delayed', reason: reason ?? 'unknown', status, diagnostic };
}

/** SES held the address and tried nothing: `Suppressed`, `OnAccountSuppressionList`, those of tenants, `Unsubscribed…`. */
export function isHeldBySes({ subKind = '' }: SesDetails): boolean {
  return /suppress|^unsubscribed/i.test(subKind);
}
