/** Times as they were given come in; instants that make sense together go out. */
import { types } from 'node:util';
import { EmailError } from '../kernel/errors.ts';
import { isGiven } from './read-record.ts';
import type { SendFields } from './send-fields.ts';

export interface Times {
  /** ms since the epoch; absent when the mail is to leave now */
  readonly sendAt?: number;
  readonly expireAt?: number;
}

const day = 24 * 60 * 60 * 1000;
/** A mail is not kept for longer than this before it leaves: further ahead, a mistake is likelier than a wish. */
const sendAheadDays = 365;
/** A smaller number is seconds by mistake: as milliseconds it lies before March 1973. */
const earliest = 100_000_000_000;
const latest = Date.UTC(10_000, 0) - 1;

/**
 * A time is an ISO 8601 text with its offset, milliseconds since the epoch, or a Date. One in the past means now.
 * `validity` is in seconds from the sending time and excludes `expireAt`. Throws EmailError `bad-time`.
 */
export function readTimes({ sendAt, expireAt, validity }: SendFields, now: number): Times {
  const start = Math.max(readTime(sendAt, 'sendAt') ?? now, now);
  if (start > now + sendAheadDays * day)
    throw badTime('sendAt', `it is more than ${sendAheadDays} days ahead`);
  if (isGiven(expireAt) && isGiven(validity))
    throw badTime('validity', 'expireAt is given too; give one of them');
  const end = readTime(expireAt, 'expireAt') ?? endOfValidity(validity, start);
  if (end !== undefined && end <= start) throw badTime('expireAt', 'the mail would expire before it is sent');
  return { sendAt: start > now ? start : undefined, expireAt: end };
}

function readTime(value: unknown, field: string): number | undefined {
  if (!isGiven(value)) return undefined;
  const time = instantOf(value);
  if (typeof time === 'string') throw badTime(field, time);
  if (time < earliest || time > latest) {
    throw badTime(field, 'it must lie in the years 1973 to 9999, and a number must be milliseconds');
  }
  return time;
}

/** The instant, or what is wrong with it. A function node’s Date is of another realm: `instanceof` would miss it. */
function instantOf(value: unknown): number | string {
  if (typeof value === 'string')
    return parseIsoTime(value) ?? 'write it like 2026-11-23T14:30:00Z, with Z or an offset';
  const time = types.isDate(value) ? value.getTime() : value;
  if (typeof time === 'number' && Number.isFinite(time)) return Math.round(time);
  return 'it must be an ISO 8601 text, a number of milliseconds or a Date';
}

const isoTime = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d)?(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/**
 * RFC 3339 with the seconds optional; undefined if it is not one or the day does not exist.
 * Without an offset the text would mean another instant on another machine.
 */
export function parseIsoTime(text: string): number | undefined {
  const [, minutes, seconds = ':00'] = isoTime.exec(text) ?? [];
  if (minutes === undefined) return undefined;
  // Date.parse moves 30 February to March: only a time that survives the way back exists.
  const local = new Date(`${minutes}${seconds}Z`);
  const exists = Number.isFinite(local.getTime()) && local.toISOString().startsWith(minutes + seconds);
  const time = Date.parse(text);
  return exists && Number.isFinite(time) ? time : undefined;
}

function endOfValidity(validity: unknown, start: number): number | undefined {
  if (!isGiven(validity)) return undefined;
  if (typeof validity !== 'number' || !(validity > 0))
    throw badTime('validity', 'it must be a number of seconds above 0');
  const end = start + Math.ceil(validity * 1000);
  if (end > latest) throw badTime('validity', 'it reaches beyond the year 9999');
  return end;
}

function badTime(field: string, why: string): EmailError {
  return new EmailError('bad-time', { field, detail: { why } });
}
