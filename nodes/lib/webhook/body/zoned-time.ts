/** A time comes in; how it stands on the clocks of a time zone goes out: `2023-02-07T03:51:04.662+05:30`. */

const formats = new Map<string, Intl.DateTimeFormat>();

/** `timeZone` as in the IANA database. Throws RangeError for another, and for what is no time. */
export function zonedTime(at: number, timeZone: string): string {
  const offset = offsetOf(at, timeZone);
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(offset) ?? [];
  const ms = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return new Date(at + (sign === '-' ? -ms : ms)).toISOString().replace('Z', offset);
}

/** `+05:30`; seconds of an offset, which zones had until 1972, are left out. */
function offsetOf(at: number, timeZone: string): string {
  const parts = formatOf(timeZone).formatToParts(at);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return /[+-]\d\d:\d\d/.exec(name)?.[0] ?? '+00:00';
}

/** Making one takes longer than using it a hundred times; there are as many as nodes have time zones. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  formats.set(timeZone, format);
  return format;
}
