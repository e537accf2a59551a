import assert from 'node:assert/strict';
import { EmailError } from '../../nodes/lib/kernel/errors.ts';

/** Where bytes of strangers come in. */
export interface Door {
  /** Also that of its folder of kept inputs. */
  readonly name: string;
  /** What its inputs are made of; mutations put them in. */
  readonly words: readonly string[];
  /** Beside the kept ones. */
  readonly seeds?: () => readonly Buffer[];
  /** Throws when an input got in that must not, or was refused in a way that was not foreseen. */
  check(input: Buffer): void | Promise<void>;
}

/** Undefined if it was refused as whatever comes from outside may be. Anything else that is thrown goes on. */
export async function unlessRefused<Value>(read: () => Value | Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (thrown) {
    if (!(thrown instanceof EmailError) || thrown.code === 'internal-error') throw thrown;
    assert.doesNotMatch(thrown.message, /[\p{Cc}\u2028\u2029]/u);
    assert.ok(thrown.message.length < 1500, 'its sentence is short');
    assert.match(thrown.field ?? '', /^[ -~]{0,1000}$/);
    return undefined;
  }
}

/** Nothing in it starts a line of its own. */
export function assertOneLine(text: string | undefined): void {
  assert.doesNotMatch(text ?? '', /[\r\n\0]/);
}

/** Undefined for what is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
