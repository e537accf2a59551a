/** A value of a flow comes in; its JSON text goes out. */
import { EmailError } from '../../kernel/errors.ts';

/** Undefined for what JSON has no word for. Throws EmailError `bad-webhook`: it holds itself, or a big integer. */
export function writeJson(value: unknown, field: string): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    const why = 'it cannot be written as JSON: it holds itself, or a number of another kind';
    throw new EmailError('bad-webhook', { field, detail: { why }, cause });
  }
}
