/** The query of a request from a browser comes in; what to look for goes out. Nothing of its values enters an error. */
import { EmailError } from '../kernel/errors.ts';
import { readIsoTime } from '../kernel/own-member.ts';
import { isPlainRecord } from '../kernel/plain-record.ts';
import { readMailbox } from '../mail/address.ts';
import type { PartState } from '../outbound/outbox.ts';
import type { MessageQuery } from './message-log.ts';

const allStates: Readonly<Record<PartState, true>> = {
  held: true,
  queued: true,
  sending: true,
  sent: true,
  failed: true,
  suppressed: true,
  expired: true,
  cancelled: true,
  unknown: true,
};

const usualLimit = 50;
const mostListed = 200;
const usualRows = 100;
const mostRows = 1000;
/** A line of a mail's header at most (RFC 5322 §2.1.1). */
const longestText = 998;
/** As far ahead as a Date goes. */
const latest = 8.64e15;

type Reader<Name extends keyof MessageQuery> = (text: string, field: string) => MessageQuery[Name];

const readers: { readonly [Name in keyof Required<MessageQuery>]: Reader<Name> } = {
  recipient: readRecipient,
  id: readLine,
  subject: readLine,
  states: readStates,
  from: readTime,
  to: readTime,
  limit: (text, field) => readWhole(text, field, mostListed),
  after: readLine,
};

/** A value that is empty was not given. Throws EmailError `bad-query` naming the field. */
export function readQuery(given: unknown): MessageQuery {
  if (!isPlainRecord(given)) throw badQuery('query', 'it must be a record');
  const query: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(given)) {
    if (!Object.hasOwn(readers, field)) throw badQuery(field.slice(0, 40), 'there is no such field');
    const text = textOf(value, field);
    if (text !== '') query[field] = readers[field as keyof MessageQuery](text, field);
  }
  return { limit: usualLimit, ...query };
}

/** 100 of the log's rows unless another number is given. Throws EmailError `bad-query`. */
export function readLimit(given: unknown): number {
  const text = textOf(given, 'limit');
  return text === '' ? usualRows : readWhole(text, 'limit', mostRows);
}

/** A list of texts is what a browser makes of a field that is given more than once, or a script of JSON. */
function textOf(value: unknown, field: string): string {
  if (value === undefined || value === null) return '';
  const isList = field === 'states' && Array.isArray(value) && value.every((one) => typeof one === 'string');
  if (isList) return value.join(',');
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') throw badQuery(field, 'it must be text, given once');
  return value.trim();
}

function readLine(text: string, field: string): string {
  if (text.length > longestText) throw badQuery(field, `it is longer than ${longestText} characters`);
  if (/\p{Cc}/u.test(text)) throw badQuery(field, 'it must be one line');
  return text;
}

function readRecipient(text: string, field: string): string {
  try {
    return readMailbox(text, field).address;
  } catch {
    throw badQuery(field, 'it must be a whole address');
  }
}

function readStates(text: string, field: string): PartState[] {
  const states = text.split(',').map((state) => state.trim());
  const isState = (state: string): state is PartState => Object.hasOwn(allStates, state);
  if (states.every(isState)) return [...new Set(states)];
  throw badQuery(field, `it must be some of ${Object.keys(allStates).join(', ')}`);
}

function readTime(text: string, field: string): number {
  return /^\d/.test(text) && text.includes('-') ? readDate(text, field) : readWhole(text, field, latest, 0);
}

function readDate(text: string, field: string): number {
  const time = readIsoTime(text);
  if (time === undefined) throw badQuery(field, 'it must be a time as 2026-01-31T12:00:00Z, or milliseconds');
  return time;
}

function readWhole(text: string, field: string, most: number, least = 1): number {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw badQuery(field, `it must be a whole number from ${least} to ${most}`);
}

export function badQuery(field: string, why: string): EmailError {
  return new EmailError('bad-query', { field, detail: { why } });
}
