/**
 * True for a record such as JSON makes: no list, no instance of a class, no Buffer, Date, Map or Error.
 * Objects made in a function node have the Object.prototype of another realm, so the prototype is not compared with
 * ours: it must be a root.
 */
export function isPlainRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
