import { EmailError } from '../kernel/errors.ts';

/** Both in bytes of the encoded mail. */
export function mailTooLarge(size: number, limit: number): EmailError {
  return new EmailError('message-too-large', { detail: { size: megabytes(size), limit: megabytes(limit) } });
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}
