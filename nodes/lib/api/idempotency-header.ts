/** The header Idempotency-Key comes in (draft-ietf-httpapi-idempotency-key-header); the key in it goes out. */
import { EmailError } from '../kernel/errors.ts';

/** A string of RFC 8941, in quotes; as most callers write it without them, so, too. Throws EmailError `bad-request`. */
export function idempotencyHeader(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const text = value.trim();
  if (/^[!-+\--~]{1,256}$/.test(text) && !text.includes('"')) return text;
  const [, quoted] = /^"((?:[ !#-[\]-~]|\\["\\]){1,256})"$/.exec(text) ?? [];
  if (quoted !== undefined) return quoted.replace(/\\(["\\])/g, '$1');
  const why = 'it must be one key of at most 256 printable ASCII characters, best in quotes';
  throw new EmailError('bad-request', { field: 'Idempotency-Key', detail: { why } });
}
