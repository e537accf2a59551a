/** Members of JSON from outside, by name: own ones only, so that no `__proto__` or `constructor` is ever read. */
import { isPlainRecord } from './plain-record.ts';

export function ownMember(value: unknown, name: string): unknown {
  return isPlainRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

export function textMember(value: unknown, name: string): string | undefined {
  const found = ownMember(value, name);
  return typeof found === 'string' ? found : undefined;
}

/** Empty when it is no list. */
export function listMember(value: unknown, name: string): readonly unknown[] {
  const found = ownMember(value, name);
  return Array.isArray(found) ? found : [];
}

/** ms since the epoch; undefined when it is no time of ISO 8601 with a zone. */
export function timeMember(value: unknown, name: string): number | undefined {
  const text = textMember(value, name);
  return text === undefined ? undefined : readIsoTime(text);
}

export function readIsoTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)$/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isFinite(time) ? time : undefined;
}
