import { type ErrorCode, errorSentences } from './error-sentences.ts';

export type ErrorDetail = Readonly<Record<string, string | number>>;

export interface EmailErrorOptions {
  /** The field at fault, named as the user knows it: `to`, `attachments[2].content`, `content.subject`. */
  readonly field?: string;
  /** What fills the sentence. Never a secret, never a body. */
  readonly detail?: ErrorDetail;
  /** True if trying the same again later can succeed. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** The one failure type of this package. Its message is the sentence of its code, filled in. */
export class EmailError extends Error {
  override readonly name = 'EmailError';
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly detail: ErrorDetail;
  readonly retryable: boolean;

  constructor(code: ErrorCode, options: EmailErrorOptions = {}) {
    super(fillSentence(code, options), { cause: options.cause });
    this.code = code;
    this.field = options.field;
    this.detail = options.detail ?? {};
    this.retryable = options.retryable ?? false;
  }
}

function fillSentence(code: ErrorCode, { field, detail }: EmailErrorOptions): string {
  const values: ErrorDetail = { field: field === undefined ? 'a field' : `“${field}”`, ...detail };
  return errorSentences[code].replace(/__(\w+)__/g, (_all, name: string) => showValue(values[name]));
}

const longestValue = 200;

/** Addresses and server answers come from outside: no control character of theirs reaches a log or a status. */
function showValue(value: string | number | undefined): string {
  const text = String(value ?? '?').replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (mark) => {
    return `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}

/** Any thrown thing as an EmailError; what was not foreseen becomes `internal-error`. */
export function asEmailError(thrown: unknown): EmailError {
  if (thrown instanceof EmailError) return thrown;
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return new EmailError('internal-error', { detail: { why }, cause: thrown });
}
