import { EmailError } from '../kernel/errors.ts';

/** Both in bytes of the encoded mail; the field is where most of it can be saved, if that is known. */
export function mailTooLarge(size: number, limit: number, field?: string): EmailError {
  return new EmailError('message-too-large', {
    field,
    detail: { size: megabytes(size), limit: megabytes(limit) },
  });
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}
