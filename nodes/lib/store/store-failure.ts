/** What SQLite, the file system or an operation throws, as an EmailError, and that error across the thread boundary. */
import type { ErrorCode } from '../kernel/error-sentences.ts';
import { asEmailError, EmailError, type EmailErrorOptions } from '../kernel/errors.ts';

/** An EmailError as plain data: a class does not survive being posted to another thread. */
export interface PostedFailure extends Pick<EmailErrorOptions, 'field' | 'detail' | 'retryable'> {
  readonly code: ErrorCode;
}

export function postFailure({ code, field, detail, retryable }: EmailError): PostedFailure {
  return { code, field, detail, retryable };
}

export function rebuildFailure({ code, ...options }: PostedFailure): EmailError {
  return new EmailError(code, options);
}

const unavailable = (why: string) => ({ code: 'store-unavailable', why, retryable: true }) as const;
const corrupt = (why: string) => ({ code: 'store-corrupt', why, retryable: false }) as const;

/** By SQLite's primary result code, https://www.sqlite.org/rescode.html */
const bySqliteCode: Readonly<Record<number, { code: ErrorCode; why: string; retryable: boolean }>> = {
  5: { code: 'store-in-use', why: '', retryable: false },
  8: unavailable('it cannot be written to'),
  10: unavailable('the disk reported an error'),
  11: corrupt('its contents are inconsistent'),
  13: unavailable('the disk is full'),
  14: unavailable('its file cannot be opened'),
  26: corrupt('it is not a database'),
};

/** Of SQLite, or of the file system beside it. */
export function isDiskFull(thrown: unknown): boolean {
  const { errcode = 0, code } = Object(thrown) as { errcode?: number; code?: unknown };
  return (errcode & 0xff) === 13 || code === 'ENOSPC';
}

/**
 * A thrown thing as an EmailError that names the folder or, where the sentence asks for it, the file. What the disk
 * does is `store-unavailable` and retryable; SQL that fails by itself is a mistake of ours: `internal-error`.
 */
export function storeFailure(thrown: unknown, folder: string, file: string): EmailError {
  if (thrown instanceof EmailError || !(thrown instanceof Error)) return asEmailError(thrown);
  const { errcode, syscall, code } = thrown as { errcode?: number; syscall?: string; code?: string };
  const known = errcode === undefined ? undefined : bySqliteCode[errcode & 0xff];
  const outcome = known ?? (syscall && code ? unavailable(`${code} (${syscall})`) : undefined);
  if (!outcome) return asEmailError(thrown);
  const value = outcome.code === 'store-corrupt' ? file : folder;
  return new EmailError(outcome.code, {
    detail: { value, why: outcome.why },
    retryable: outcome.retryable,
    cause: thrown,
  });
}
