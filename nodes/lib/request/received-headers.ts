/** The headers of a received mail, in either form the nodes report them, come in; values by lower-case name go out. */

export type ReceivedHeaders = ReadonlyMap<string, readonly string[]>;

/** `{name: value | values}` or `[{name, value}]`; undefined if it is neither. */
export function receivedHeaders(headers: unknown): ReceivedHeaders | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  const fields = Array.isArray(headers) ? headers.map(fieldOf) : Object.entries(headers);
  const byName = new Map<string, string[]>();
  for (const [name, value] of fields) {
    const values: unknown[] = [value].flat();
    if (typeof name !== 'string' || !values.every(isText)) return undefined;
    const key = name.trim().toLowerCase();
    const known = byName.get(key);
    // added one by one: a stranger may repeat a header a hundred thousand times
    if (known) for (const text of values) known.push(text);
    else byName.set(key, values);
  }
  return byName;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function fieldOf(field: unknown): [unknown, unknown] {
  const { name, value } = Object(field) as { name?: unknown; value?: unknown };
  return [name, value];
}
