/** The raw header lines of a mail come in; its fields by lower-case name go out, unfolded. */

export type HeaderFields = Readonly<Record<string, string | readonly string[]>>;

const mostFields = 5000;

/** Names that are not printable ASCII are no header fields (RFC 5322 §3.6.8). */
const fieldName = /^[!-9;-~]{1,200}$/;

/** Without a prototype, so that a field named `__proto__` is one like any other. */
export function receivedFields(lines: readonly string[]): HeaderFields {
  const byName = new Map<string, string[]>();
  for (const line of lines.slice(0, mostFields)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    if (!fieldName.test(name)) continue;
    const value = readValue(line.slice(colon + 1));
    const known = byName.get(name);
    if (known) known.push(value);
    else byName.set(name, [value]);
  }
  const fields: Record<string, string | readonly string[]> = Object.create(null);
  for (const [name, values] of byName) fields[name] = values.length === 1 ? (values[0] ?? '') : values;
  return fields;
}

/** The parser hands out bytes as characters; what is above ASCII is UTF-8 (RFC 6532) or nobody knows. */
function readValue(text: string): string {
  const unfolded = text.replaceAll('\r', '').replaceAll('\n', '').trim();
  const isAscii = /^\p{ASCII}*$/u.test(unfolded);
  const isBytes = !isAscii && /^[\0-\xff]*$/.test(unfolded);
  return isBytes ? Buffer.from(unfolded, 'latin1').toString('utf8') : unfolded;
}

/** The topmost field of that name; empty if there is none. */
export function firstField(fields: HeaderFields, name: string): string {
  return allFields(fields, name)[0] ?? '';
}

export function allFields(fields: HeaderFields, name: string): readonly string[] {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}
