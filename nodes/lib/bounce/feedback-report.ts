/** A complaint (ARF, RFC 5965) comes in; who complained about what goes out, as far as the report tells. */
import type { DeliveryReport } from '../received/received-mail.ts';
import { oneLine } from './one-line.ts';
import { readFieldGroups } from './report-fields.ts';
import { reportedAddress } from './reported-address.ts';

/** RFC 5965 §7.3, RFC 6430; others are `other`, but authentication failures (RFC 6591) are nobody's complaint. */
const complaintTypes: readonly string[] = ['abuse', 'fraud', 'virus', 'not-spam', 'opt-out'];
const mostRecipients = 100;

/** Empty for a report that is no complaint. `returnedTo`: whom the returned mail was sent to. */
export function readFeedback(content: Uint8Array, returnedTo: readonly string[]): readonly DeliveryReport[] {
  const [fields] = readFieldGroups(content);
  const type = (fields?.get('feedback-type') ?? '').toLowerCase().trim();
  if (!fields || type === '' || type.startsWith('auth-failure') || type === 'dmarc') return [];
  const named = recipientsIn(content);
  const addresses = named.length > 0 ? named : returnedTo.filter((address) => !isRedacted(address));
  const report = (address: string | undefined): DeliveryReport => ({
    address,
    severity: 'complaint',
    status: '',
    reason: 'unknown',
    diagnostic: oneLine(fields.get('user-agent') ?? ''),
    feedbackType: feedbackType(type),
  });
  return addresses.length > 0 ? addresses.slice(0, mostRecipients).map(report) : [report(undefined)];
}

function feedbackType(type: string): string {
  if (type === 'opt-out' || type === 'optout' || type === 'opt-out-list') return 'abuse';
  return complaintTypes.includes(type) ? type : 'other';
}

/** One field per recipient (RFC 5965 §3.2); which name it has differs. Blanked-out ones are no address. */
function recipientsIn(content: Uint8Array): string[] {
  const text = Buffer.from(content.subarray(0, 64 * 1024)).toString('utf8');
  const values = (name: RegExp) =>
    [...text.matchAll(name)].flatMap(([, value]) => reportedAddress(value) ?? []);
  const original = values(/^original-rcpt-to:(.{1,500})$/gim);
  const removal = original.length > 0 ? original : values(/^removal-recipient:(.{1,500})$/gim);
  return [...new Set(removal)].filter((address) => !isRedacted(address));
}

/** RFC 6590: a hidden local part stands for somebody, but for nobody we could find by it. */
export function isRedacted(address: string): boolean {
  return /^(redacted|x{3,}|\*+|unknown|undisclosed)@|redacted/i.test(address);
}
