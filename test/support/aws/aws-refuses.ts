// What a test says of a call that must fail.
import assert from 'node:assert/strict';

/** The call is refused with the SDK's own class, or with that name where the SDK has no class; and says so. */
export async function awsRefuses(
  call: Promise<unknown>,
  expected: string | (new (...args: never[]) => Error),
  says = /./,
): Promise<void> {
  await assert.rejects(call, (error: Error) => {
    const fits = typeof expected === 'string' ? error.name === expected : error instanceof expected;
    assert.ok(fits, `${error.name}: ${error.message}`);
    assert.match(error.message, says);
    return true;
  });
}
