/** To, Cc and Bcc as they were given come in; checked recipients, no address twice, go out. */
import { EmailError } from '../kernel/errors.ts';
import { addressKey, readDisplayName, readMailbox, readMailboxList } from '../mail/address.ts';
import type { Values } from '../mail/mail-content.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import { readValues } from '../template/read-values.ts';
import { readKey } from './read-labels.ts';
import { isGiven, readRecord } from './read-record.ts';
import type { Recipient, SendFields } from './send-fields.ts';

export interface Recipients {
  readonly to: readonly Recipient[];
  readonly cc: readonly Recipient[];
  readonly bcc: readonly Recipient[];
}

/** To, Cc and Bcc of one message together. */
export const recipientLimit = 100_000;

/** Shared by all who have none. */
export const noValues: Values = Object.freeze(Object.create(null));

/**
 * Each field is a text with addresses between commas, one recipient, or a list of recipients; a recipient is a text
 * with one address or `{address, name, substitutions, correlationId}`. An address given twice counts where it comes
 * first. Throws EmailError: `missing-recipient`, `too-many-recipients`, and what single addresses are refused for.
 */
export function readRecipients(fields: SendFields): Recipients {
  const to = readGroup(fields.to, 'to');
  const cc = readGroup(fields.cc, 'cc');
  const bcc = readGroup(fields.bcc, 'bcc');
  if (to.length === 0) throw new EmailError('missing-recipient', { field: 'to' });
  refuseTooMany(to.length + cc.length + bcc.length, 'to');
  const seen = new Set<string>();
  return { to: firstOfEach(to, seen), cc: firstOfEach(cc, seen), bcc: firstOfEach(bcc, seen) };
}

/** The same forms for a field that takes plain addresses, such as Reply-To. */
export function readMailboxes(value: unknown, field: string): Mailbox[] {
  return readEach(value, field, readOneMailbox);
}

/** One address as text, or `{address, name}`. */
export function readOneMailbox(value: unknown, field: string): Mailbox {
  if (typeof value === 'string') return readMailbox(value, field);
  return readNamedAddress(readRecord(value, field, ['address', 'name']), field);
}

function readGroup(value: unknown, field: string): Recipient[] {
  return readEach(value, field, readRecipient).map((one) =>
    'values' in one ? one : { ...one, values: noValues },
  );
}

/** One recipient of a list. Throws as `readRecipients` does. */
export function readRecipient(value: unknown, field: string): Recipient {
  if (typeof value === 'string') return { ...readMailbox(value, field), values: noValues };
  const record = readRecord(value, field, recipientKeys);
  const { address, name } = readNamedAddress(record, field);
  const { substitutions, correlationId } = record;
  return {
    address,
    name,
    values: isGiven(substitutions) ? readValues(substitutions, `${field}.substitutions`) : noValues,
    correlationId: readKey(correlationId, `${field}.correlationId`),
  };
}

const recipientKeys = ['address', 'name', 'substitutions', 'correlationId'] as const;

function readEach<One>(
  value: unknown,
  field: string,
  readOne: (value: unknown, field: string) => One,
): (One | Mailbox)[] {
  if (!isGiven(value)) return [];
  if (typeof value === 'string') return readMailboxList(value, field);
  if (!Array.isArray(value)) return [readOne(value, field)];
  refuseTooMany(value.length, field);
  return Array.from(value, (one, index) => readOne(one, `${field}[${index}]`));
}

function readNamedAddress({ address, name }: { address?: unknown; name?: unknown }, field: string): Mailbox {
  const path = `${field}.address`;
  if (typeof address !== 'string') {
    throw new EmailError('wrong-type', { field: path, detail: { expected: 'an address' } });
  }
  const mailbox = readMailbox(address, path);
  if (mailbox.name !== undefined) {
    const detail = { value: address, why: 'the name belongs in a property of its own' };
    throw new EmailError('bad-address', { field: path, detail });
  }
  return isGiven(name) ? { ...mailbox, name: readDisplayName(name, `${field}.name`) } : mailbox;
}

function refuseTooMany(count: number, field: string): void {
  if (count <= recipientLimit) return;
  throw new EmailError('too-many-recipients', { field, detail: { count, limit: recipientLimit } });
}

function firstOfEach(recipients: readonly Recipient[], seen: Set<string>): Recipient[] {
  return recipients.filter(({ address }) => {
    const key = addressKey(address);
    return !seen.has(key) && seen.add(key);
  });
}
