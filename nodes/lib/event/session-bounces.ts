/** Settled copies in; whom the receiving server refused for good, in our own session with it, out. Pure. */

import type { PartRecord, RefusedRecipient } from '../outbound/outbox.ts';
import type { BounceReason } from '../received/received-mail.ts';
import type { RecipientNotice } from './delivery-notices.ts';

/** RFC 3463 X.1.1, 2, 3 and 6, and 10 (RFC 7505): no such mailbox, no such system, not an address, moved, takes no mail. */
const badAddress = /^5\.1\.(10|[1236])$/;

export function sessionBounces(records: readonly PartRecord[]): RecipientNotice[] {
  return records.flatMap((record) =>
    refusedOf(record).flatMap(({ address, code, reason: diagnostic, enhancedStatus: status = '' }) => {
      if (code !== 'recipient-refused' || !badAddress.test(status)) return [];
      const reason: BounceReason = /\.(2|10)$/.test(status) ? 'no-such-domain' : 'no-such-user';
      const report = { severity: 'hard', status, reason, diagnostic } as const;
      return [{ recipient: address, at: record.settledAt ?? 0, emailId: record.id, report }];
    }),
  );
}

function refusedOf({ state, to, refused, ...outcome }: PartRecord): readonly RefusedRecipient[] {
  return state === 'failed' ? [{ ...outcome, address: to.address }, ...refused] : refused;
}
