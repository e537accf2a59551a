/** Names and secret keys of callers come in; whose key a request brings goes out, in a time that tells nothing. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { EmailError } from '../kernel/errors.ts';
import { isPlainRecord } from '../kernel/plain-record.ts';

/** One name may have two keys: the new one, and the one before it as long as callers still use that. */
export interface ApiKey {
  readonly name: string;
  /** SHA-256: of one length, whatever was sent. */
  readonly digest: Uint8Array;
}

const shortestKey = 16;
const longestKey = 512;

/**
 * `rows` are `{name, variable}`; `environment` gives what an environment variable holds.
 * Throws EmailError `bad-settings`.
 */
export function readApiKeys(rows: unknown, environment: (variable: string) => unknown): readonly ApiKey[] {
  if (!Array.isArray(rows) || rows.length === 0) throw bad('apiKeys', 'it names no caller');
  return rows.map((row, index) => readRow(row, `apiKeys[${index}]`, environment));
}

function readRow(row: unknown, field: string, environment: (variable: string) => unknown): ApiKey {
  const { name, variable } = isPlainRecord(row) ? row : {};
  if (typeof name !== 'string' || !/^[\w.-]{1,64}$/.test(name)) {
    throw bad(`${field}.name`, 'a name has 1 to 64 letters, digits, dots, hyphens and underscores');
  }
  if (typeof variable !== 'string' || variable === '') {
    throw bad(`${field}.variable`, 'it names no environment variable');
  }
  const key = environment(variable);
  if (typeof key !== 'string' || key === '') {
    throw bad(`${field}.variable`, `the environment variable ${variable} is empty`);
  }
  if (key.length < shortestKey || key.length > longestKey || !/^[!-~]+$/.test(key)) {
    const form = `${shortestKey} to ${longestKey} letters, digits and signs, without spaces`;
    throw bad(`${field}.variable`, `the key in ${variable} must have ${form}`);
  }
  return { name, digest: digestOf(key) };
}

/** The caller's name; undefined if nobody has that key. */
export function callerOf(given: string, keys: readonly ApiKey[]): string | undefined {
  const digest = digestOf(given);
  let caller: string | undefined;
  // no end at the first match: all of them are looked at, whichever it is
  for (const key of keys) if (timingSafeEqual(key.digest, digest)) caller = key.name;
  return caller;
}

function digestOf(key: string): Uint8Array {
  return createHash('sha256').update(key).digest();
}

function bad(field: string, why: string): EmailError {
  return new EmailError('bad-settings', { field, detail: { why } });
}
