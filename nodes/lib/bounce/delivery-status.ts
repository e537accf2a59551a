/** A delivery status notification (RFC 3464, RFC 6533) comes in; what it says of each recipient goes out. */

import { addressKey } from '../mail/address.ts';
import type { DeliveryReport } from '../received/received-mail.ts';
import { findReply, findStatus, isVague } from './enhanced-status.ts';
import { judgeFailure } from './judge-failure.ts';
import { oneLine } from './one-line.ts';
import { type FieldGroup, readFieldGroups } from './report-fields.ts';
import { reportedAddress } from './reported-address.ts';

const mostRecipients = 1000;

/** `words`: of the notice beside it, for servers that leave their reason out of the status part. */
export function readDeliveryStatus(content: Uint8Array, words: string): readonly DeliveryReport[] {
  const recipients = joinSplit(readFieldGroups(content)).slice(0, mostRecipients);
  const aside = recipients.length === 1 ? words : '';
  return recipients.map((group) => readRecipient(group, aside));
}

/** Groups about a recipient; what a stray blank line cut off from one is put back. */
function joinSplit(groups: readonly FieldGroup[]): readonly FieldGroup[] {
  const recipients: Map<string, string>[] = [];
  for (const group of groups) {
    const last = recipients.at(-1);
    const isRest = !namesRecipient(group) && !group.has('reporting-mta') && isAboutDelivery(group);
    if (namesRecipient(group)) recipients.push(new Map(group));
    else if (isRest && last && !isAboutDelivery(last))
      for (const [name, value] of group) last.set(name, value);
    else if (isRest && !last) recipients.push(new Map(group));
  }
  return recipients;
}

function namesRecipient(group: FieldGroup): boolean {
  return group.has('final-recipient') || group.has('original-recipient');
}

function isAboutDelivery(group: FieldGroup): boolean {
  return group.has('action') || group.has('status');
}

function readRecipient(group: FieldGroup, aside: string): DeliveryReport {
  const said = oneLine((group.get('diagnostic-code') ?? '').replace(/^\s*[\w-]{1,20}\s*;\s*/, ''));
  const status = readStatus(group, said);
  const words = said === '' && isVague(status) ? aside : said;
  const final = reportedAddress(group.get('final-recipient'));
  const address = reportedAddress(group.get('original-recipient')) ?? final;
  const isOther = address !== undefined && final !== undefined && addressKey(final) !== addressKey(address);
  return {
    address,
    ...(isOther && { finalAddress: final }),
    ...readAction(group, { status, reply: findReply(said), words }),
    status,
    diagnostic: said,
  };
}

/** The code that says more; what the server itself said counts where the report is vague. */
function readStatus(group: FieldGroup, said: string): string {
  const given = findStatus(group.get('status') ?? '');
  const quoted = findStatus(said);
  return isVague(given) && quoted !== '' && !isVague(quoted) ? quoted : given || quoted;
}

const goodActions: readonly string[] = ['delivered', 'relayed', 'expanded'];

/** RFC 3464 §2.3.3; a server that leaves the action out tells it by the class of the status. */
function readAction(
  group: FieldGroup,
  failure: { status: string; reply: string; words: string },
): Pick<DeliveryReport, 'severity' | 'reason'> {
  const action = /[a-z]+/.exec((group.get('action') ?? '').toLowerCase())?.[0] ?? '';
  const isGood = action === '' && failure.status.startsWith('2');
  if (goodActions.includes(action) || isGood) return { severity: 'delivered', reason: 'unknown' };
  const verdict = judgeFailure(failure);
  return action === 'delayed' || (action === '' && failure.status.startsWith('4'))
    ? { severity: 'delayed', reason: verdict.reason }
    : verdict;
}
