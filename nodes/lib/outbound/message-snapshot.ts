/** From a flow message to the JSON text that a result after a restart is rebuilt from, and back. */
import { isPlainRecord } from '../kernel/plain-record.ts';

/** JSON text at most, in UTF-16 units. */
const longestSnapshot = 64 * 1024;
const deepest = 32;

/** Objects of the HTTP request that the flow answers; they mean nothing after a restart. */
const neverKept: ReadonlySet<string> = new Set(['req', 'res', 'email', '__proto__']);

export type FlowMessage = Record<string, unknown>;

/** The JSON-safe properties of a message, in their order, as many as fit in 64 KB; the others are left out whole. */
export function messageSnapshot(message: FlowMessage): string {
  const kept: string[] = [];
  let length = 2;
  for (const [name, value] of Object.entries(message)) {
    if (neverKept.has(name) || !isJsonSafe(value, deepest, { left: longestSnapshot })) continue;
    const text = `${JSON.stringify(name)}:${JSON.stringify(value)}`;
    if (length + text.length + 1 > longestSnapshot) continue;
    kept.push(text);
    length += text.length + 1;
  }
  return `{${kept.join(',')}}`;
}

export function messageFromSnapshot(text: string | undefined): FlowMessage {
  return text === undefined ? {} : (JSON.parse(text) as FlowMessage);
}

/** What is far too long is found out without being written: a file as text, a million recipients. */
interface Room {
  left: number;
}

/** True for what comes back from JSON as it went in (no Buffer, Date, function, cycle or class instance) and may fit. */
function isJsonSafe(value: unknown, depth: number, room: Room): boolean {
  room.left -= typeof value === 'string' ? value.length : 1;
  if (room.left < 0) return false;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth === 0) return false;
  if (Array.isArray(value)) return value.every((item) => isJsonSafe(item, depth - 1, room));
  return isPlainRecord(value) && Object.values(value).every((item) => isJsonSafe(item, depth - 1, room));
}
