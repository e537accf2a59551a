// Writes XML as the Query and REST-XML services do, without a schema.

/** A scalar, a struct, or a list; what is undefined is left out. */
export type XmlValue =
  | string
  | number
  | boolean
  | Date
  | undefined
  | readonly XmlValue[]
  | { [name: string]: XmlValue };

/** `list` tells how a list is written: each item in an element of that name, or flat, as repeated elements. */
export function element(name: string, value: XmlValue, list: 'member' | 'flat'): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) {
    if (list === 'flat') return value.map((item) => element(name, item, list)).join('');
    return `<${name}>${value.map((item) => element(list, item, list)).join('')}</${name}>`;
  }
  return `<${name}>${content(name, value as Exclude<XmlValue, readonly XmlValue[]>, list)}</${name}>`;
}

function content(
  name: string,
  value: Exclude<XmlValue, readonly XmlValue[]>,
  list: 'member' | 'flat',
): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object') return escaped(`${value}`);
  const members = Object.entries(value);
  if (maps.has(name))
    return members.map(([key, item]) => element('entry', { key, value: item }, list)).join('');
  return members.map(([member, item]) => element(member, item, list)).join('');
}

/** Members whose names are data: written as entries with key and value. */
const maps = new Set(['Attributes', 'VerificationAttributes']);

function escaped(text: string): string {
  return text.replace(/[&<>"\r]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
