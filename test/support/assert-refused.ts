import assert from 'node:assert/strict';
import { EmailError } from '../../nodes/lib/kernel/errors.ts';

/** Fails unless `action` throws, or rejects with, an EmailError of this code for this field; returns it. */
export async function assertRefused(
  action: () => unknown,
  code: string,
  field?: string,
): Promise<EmailError> {
  try {
    await action();
  } catch (thrown) {
    assert(thrown instanceof EmailError, `not an EmailError: ${thrown}`);
    assert.deepEqual({ code: thrown.code, field: thrown.field }, { code, field });
    return thrown;
  }
  assert.fail(`accepted instead of ${code} for ${field}`);
}
