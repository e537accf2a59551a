/** A message and a dotted path come in; the values found there go out. */

/** A message may hold itself, many times over: what is found does not grow without end. */
const mostValues = 10_000;

/**
 * Only own keys are followed, so `constructor` and `__proto__` find nothing. A list on the way stands for each of its
 * elements, unless the next key is an index of it: `email.to.address`, `email.to.0.address`. Null is nothing.
 */
export function readValuesAt(message: unknown, path: string): unknown[] {
  let values = [message];
  for (const key of path.split('.'))
    values = values.flatMap((value) => step(value, key)).slice(0, mostValues);
  return values
    .flat()
    .slice(0, mostValues)
    .filter((value) => value !== undefined && value !== null);
}

function step(value: unknown, key: string): unknown[] {
  if (!Array.isArray(value)) return member(value, key);
  if (/^\d+$/.test(key)) return member(value, key);
  return value
    .slice(0, mostValues)
    .flatMap((element) => (Array.isArray(element) ? [] : member(element, key)));
}

function member(value: unknown, key: string): unknown[] {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return [];
  return [(value as Record<string, unknown>)[key]];
}
