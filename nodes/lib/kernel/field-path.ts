/** Paths of fields as errors name them, and their translation into the words of whoever wrote the input. */
import { EmailError } from './errors.ts';

const longestKey = 64;

/** `parent.key`, or `parent["odd key"]`; keys come from outside, so what is shown of them is short and printable. */
export function memberPath(parent: string, key: string): string {
  if (/^[\w$-]{1,64}$/.test(key)) return parent === '' ? key : `${parent}.${key}`;
  return `${parent}[${JSON.stringify(key.slice(0, longestKey)).replace(/[^ -~]/g, '?')}]`;
}

/** The same failure with its field renamed; anything else as it was. */
export function inCallersWords(thrown: unknown, callerPath?: (field: string) => string): unknown {
  if (!callerPath || !(thrown instanceof EmailError) || thrown.field === undefined) return thrown;
  const { code, detail, retryable, cause } = thrown;
  return new EmailError(code, { field: callerPath(thrown.field), detail, retryable, cause });
}
