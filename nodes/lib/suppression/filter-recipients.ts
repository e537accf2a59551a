/** Recipients in any of the forms people give them come in; those that may be written to and those held, in the same form, go out. */
import { EmailError } from '../kernel/errors.ts';
import { readMailbox, readMailboxList } from '../mail/address.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import { readListTopic } from '../request/read-labels.ts';
import { isGiven } from '../request/read-record.ts';
import { holdFailure } from './hold-failure.ts';
import type { Suppression, SuppressionCause, SuppressionList } from './suppression-list.ts';
import { type HeldMail, holdReason } from './suppression-policy.ts';

export interface FilterOrder {
  /** A text with addresses between commas, `{address, …}`, or a list of such texts (one address each) and objects. */
  readonly recipients: unknown;
  /** Names the recipients in errors. */
  readonly field: string;
  /** `marketing` by default, which obeys every entry. */
  readonly messageClass?: unknown;
  readonly listTopic?: unknown;
}

export interface FilterOutcome {
  /** In the form of the recipients given; undefined if there are none. */
  readonly allowed: unknown;
  readonly removed: unknown;
  readonly suppressed: readonly SuppressedRecipient[];
}

export interface SuppressedRecipient {
  readonly address: string;
  readonly cause: SuppressionCause;
  readonly listTopic?: string;
  /** ISO 8601, UTC */
  readonly since: string;
  readonly code: string;
  readonly reason: string;
}

/**
 * Rejects when the list cannot be read, so that nobody is allowed then. Throws EmailError `missing-recipient`,
 * `wrong-type`, and what single addresses are refused for: nothing is passed on unchecked.
 */
export async function filterRecipients(
  order: FilterOrder,
  { suppressions, now }: { suppressions: Pick<SuppressionList, 'find'>; now: number },
): Promise<FilterOutcome> {
  const mail = { ...readScope(order), sendAnyway: false };
  const { entries, collect } = readRecipients(order.recipients, order.field);
  if (entries.length === 0) throw new EmailError('missing-recipient', { field: order.field });
  const addresses = entries.map(({ address }) => address);
  const found = await suppressions.find(addresses, now);
  const held = new Map<string, Suppression>();
  for (const [address, reasons] of found) {
    const reason = holdReason(reasons, mail);
    if (reason) held.set(address, reason);
  }
  const isHeld = ({ address }: Entry): boolean => held.has(address);
  return {
    allowed: collect(entries.filter((entry) => !isHeld(entry))),
    removed: collect(entries.filter(isHeld)),
    suppressed: [...held].map(([address, reason]) => suppressedRecipient(address, reason)),
  };
}

/** A recipient's address, and how it was given. */
interface Entry {
  readonly address: string;
  readonly given: unknown;
}

interface Recipients {
  readonly entries: readonly Entry[];
  /** Some of the entries in the form of the whole. */
  readonly collect: (entries: readonly Entry[]) => unknown;
}

function readRecipients(value: unknown, field: string): Recipients {
  if (!isGiven(value)) return { entries: [], collect: () => undefined };
  if (typeof value === 'string') {
    const entries = readMailboxList(value, field).map((one) => ({
      address: one.address,
      given: textOf(one),
    }));
    return { entries, collect: (some) => orNone(some, () => some.map(({ given }) => given).join(', ')) };
  }
  if (Array.isArray(value)) {
    const entries = Array.from(value, (one, index) => readEntry(one, `${field}[${index}]`));
    return { entries, collect: (some) => orNone(some, () => some.map(({ given }) => given)) };
  }
  return { entries: [readEntry(value, field)], collect: ([one]) => one?.given };
}

function orNone(entries: readonly Entry[], collect: () => unknown): unknown {
  return entries.length === 0 ? undefined : collect();
}

function readEntry(given: unknown, field: string): Entry {
  if (typeof given === 'string') return { address: readMailbox(given, field).address, given };
  const isObject = typeof given === 'object' && given !== null && Object.hasOwn(given, 'address');
  const address: unknown = isObject ? (given as { address: unknown }).address : undefined;
  if (typeof address !== 'string') {
    throw new EmailError('wrong-type', { field, detail: { expected: 'an address or an object with one' } });
  }
  return { address: readMailbox(address, `${field}.address`).address, given };
}

/** RFC 5322 section 3.4, so that the text is read again as it was. */
function textOf({ address, name }: Mailbox): string {
  if (name === undefined) return address;
  const phrase = /^[\p{L}\p{N} ]+$/u.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;
  return `${phrase} <${address}>`;
}

function readScope({ messageClass, listTopic }: FilterOrder): Pick<HeldMail, 'messageClass' | 'listTopic'> {
  return {
    messageClass: readMessageClass(isGiven(messageClass) ? messageClass : 'marketing'),
    listTopic: readListTopic(listTopic),
  };
}

function readMessageClass(value: unknown): HeldMail['messageClass'] {
  if (value === 'marketing' || value === 'transactional') return value;
  const expected = 'marketing or transactional';
  throw new EmailError('wrong-type', { field: 'messageClass', detail: { expected } });
}

function suppressedRecipient(address: string, reason: Suppression): SuppressedRecipient {
  const { cause, listTopic, at } = reason;
  const { code, message } = holdFailure(reason);
  return {
    address,
    cause,
    ...(listTopic !== undefined && { listTopic }),
    since: new Date(at).toISOString(),
    code,
    reason: message,
  };
}
