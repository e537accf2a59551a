/** Where a page of the suppression list ended, as text and back; entries go by their key. */
import { EmailError } from '../kernel/errors.ts';
import type { EntryRow } from './suppression-rows.ts';

/** `person`, `spelling`, `topic`, `cause`. */
export type EntryPlace = readonly [Uint8Array, Uint8Array, string, string];

export function writeCursor({ person, spelling, topic, cause }: EntryRow): string {
  return [hexOf(person), hexOf(spelling), cause, topic].join(' ');
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

const beforeAll: EntryPlace = [Buffer.alloc(0), Buffer.alloc(0), '', ''];

/** Throws EmailError `bad-request` for what no page ended with. */
export function readCursor(cursor: string | undefined): EntryPlace {
  if (cursor === undefined) return beforeAll;
  const read = /^([0-9a-f]{32}) ((?:[0-9a-f]{32})?) ([a-z-]+) (.*)$/.exec(cursor) ?? [];
  const [, person, spelling, cause, topic] = read;
  if (person === undefined || spelling === undefined || cause === undefined || topic === undefined) {
    throw new EmailError('bad-request', { field: 'after', detail: { why: 'it is not the end of a page' } });
  }
  return [Buffer.from(person, 'hex'), Buffer.from(spelling, 'hex'), topic, cause];
}
